// What differs between one DHT and another, as a value. No other code asks which network it is in;
// it takes a width, a key or a budget from this value. Two networks never share a socket, a token
// secret or a file.

import { bep42Ids, type SecureIds } from '@dht/id'
import type { WireFormat } from './fields/field.ts'
import { type BuiltInMethod, dht256Methods, mainlineMethods } from './methods/index.ts'
import type { Method } from './methods/method.ts'
import type { MethodList } from './methods/method-list.ts'

/** How fast a node sends to one host, so that receivers don't block it. */
export interface Pace {
  readonly perSecond: number
  /** Datagrams that may be sent at once after a pause. */
  readonly burst: number
}

/** One DHT. */
export interface Network<M extends Method = BuiltInMethod> extends WireFormat {
  readonly name: string
  /** Bytes of an id, a target and an info hash. */
  readonly idLength: number
  /**
   * Top-level `n` of every message. A message with another `n` or none is dropped. `undefined`: a
   * message with any `n` is dropped.
   */
  readonly key: string | undefined
  /** `v` of every message of ours, BEP 5 and 20: two letters and two bytes. `undefined`: none. */
  readonly version: Uint8Array | undefined
  /** Hash that makes an id from content. */
  readonly hash: 'sha256' | 'sha1'
  /** UDP port unless the user chooses one. */
  readonly defaultPort: number
  /** Largest response, in bytes of UDP payload. */
  readonly replyBudget: number
  /** First contacts unless the user names some, as `host:port`. Names are resolved elsewhere. */
  readonly bootstrap: readonly string[]
  /**
   * The rule by which a node's id follows its external address: `bep42Ids` or `hashedIds` of
   * @dht/id. Each address family of the node then has an id of its own. `undefined`: ids are random
   * and stay.
   */
  readonly secureIds: SecureIds | undefined
  /** The methods that are understood. Any other is an unknown method. */
  readonly methods: MethodList<M>
  /**
   * Whether a write token is valid for one UDP port of an address only. Necessary in a network with
   * withdrawals, because many nodes may share an address.
   */
  readonly tokensBindPort: boolean
  /** Time from one renewal of an announcement to the next, ms. */
  readonly republishMs: number
  /** How fast datagrams may be sent to one host, replies included. */
  readonly pace: Pace
  /**
   * Whether a lookup counts all nodes of one address as one node. Otherwise it tells them apart by
   * their UDP ports.
   */
  readonly oneNodePerAddress: boolean
}

/** The 256-bit network. Its budget fits any IPv6 path without fragments: 1280 - 48. */
export const dht256: Network = Object.freeze({
  name: 'dht256',
  idLength: 32,
  key: 'dht256',
  // All clients are of one kind, so nobody would read it.
  version: undefined,
  hash: 'sha256',
  // The port of the original Erlang system.
  defaultPort: 3739,
  replyBudget: 1232,
  bootstrap: Object.freeze([]),
  secureIds: undefined,
  methods: dht256Methods,
  tokensBindPort: true,
  // Ours: with a median session of an hour, seven of ten holders are still online then.
  republishMs: 30 * 60_000,
  // Below the 1,000 queries in 10 s that our nodes answer to one address.
  pace: Object.freeze({ perSecond: 80, burst: 80 }),
  oneNodePerAddress: false,
})

/** BitTorrent's Mainline DHT, BEP 5. Its budget is the payload limit of BEP 32. */
export const mainline: Network = Object.freeze({
  name: 'mainline',
  idLength: 20,
  key: undefined,
  // "DN", which BEP 20 gives to no client, and version 0.1 of this protocol code. Exactly 4 bytes:
  // pubky/mainline drops a message with any other length.
  version: Uint8Array.of(0x44, 0x4e, 0, 1),
  hash: 'sha1',
  defaultPort: 6881,
  replyBudget: 1024,
  bootstrap: Object.freeze([
    'router.bittorrent.com:6881',
    'router.utorrent.com:6881',
    'dht.transmissionbt.com:6881',
    'dht.libtorrent.org:25401',
  ]),
  secureIds: bep42Ids,
  methods: mainlineMethods,
  tokensBindPort: false,
  // As libtorrent. Nodes drop what is not renewed for 32 (jech/dht) to 45 minutes (libtorrent).
  republishMs: 15 * 60_000,
  // Some clients drop the tenth datagram of a burst or ban an address for 50 in 10 s. This sends at
  // most 28 in 10 s.
  pace: Object.freeze({ perSecond: 2, burst: 8 }),
  oneNodePerAddress: true,
})
