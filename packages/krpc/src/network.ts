// What differs between one DHT and another, as a value. No other code asks which network it is in;
// it asks this value for a width, a key or a budget. Two networks never share a socket, a token
// secret or a file.

import type { WireFormat } from './fields/field.ts'
import { type BuiltInMethod, dht256Methods, mainlineMethods } from './methods/index.ts'
import type { Method } from './methods/method.ts'
import type { MethodList } from './methods/method-list.ts'

/** How many datagrams receivers take from one address before they turn it away. */
export interface Pace {
  readonly perSecond: number
  /** What may be sent at once after a pause. */
  readonly burst: number
}

/** One DHT: the width of its ids and what sets its messages apart. */
export interface Network<M extends Method = BuiltInMethod> extends WireFormat {
  readonly name: string
  /** Bytes of an id, a target and an info hash. */
  readonly idLength: number
  /** Top-level `n` of every message, without which a message is foreign; `undefined`: none. */
  readonly key: string | undefined
  /** How content becomes an id. */
  readonly hash: 'sha256' | 'sha1'
  /** UDP port when the user names none. */
  readonly defaultPort: number
  /** Largest response, in bytes of UDP payload. */
  readonly replyBudget: number
  /** First contacts when the user names none, as `host:port`; names are resolved elsewhere. */
  readonly bootstrap: readonly string[]
  /** Whether ids follow from the external address, BEP 42. */
  readonly secureIds: boolean
  /** The methods that are understood. Any other is an unknown method. */
  readonly methods: MethodList<M>
  /**
   * Whether a write token is bound to the UDP port that it was given to, beside the address. It has
   * to be where tokens permit to withdraw: many nodes may share an address.
   */
  readonly tokensBindPort: boolean
  /** Time from one renewal of an announcement to the next, ms. */
  readonly republishMs: number
  /** How fast one host may be written to, replies counted. */
  readonly pace: Pace
  /**
   * Whether an address takes one place in a lookup, however many nodes are behind it. Otherwise
   * each node takes one, told apart by its UDP port.
   */
  readonly onePlacePerAddress: boolean
}

/** The 256-bit network. Its budget is what any IPv6 path carries unfragmented: 1280 - 48. */
export const dht256: Network = Object.freeze({
  name: 'dht256',
  idLength: 32,
  key: 'dht256',
  hash: 'sha256',
  // The port of the original Erlang system.
  defaultPort: 3739,
  replyBudget: 1232,
  bootstrap: Object.freeze([]),
  secureIds: false,
  methods: dht256Methods,
  tokensBindPort: true,
  // Ours: at a median session of an hour seven of ten holders are left by then.
  republishMs: 30 * 60_000,
  // Below the 1,000 queries in 10 s that nodes of ours answer to one address.
  pace: Object.freeze({ perSecond: 80, burst: 80 }),
  onePlacePerAddress: false,
})

/** BitTorrent's Mainline DHT, BEP 5. Its budget is the payload that BEP 32 allows. */
export const mainline: Network = Object.freeze({
  name: 'mainline',
  idLength: 20,
  key: undefined,
  hash: 'sha1',
  defaultPort: 6881,
  replyBudget: 1024,
  bootstrap: Object.freeze([
    'router.bittorrent.com:6881',
    'router.utorrent.com:6881',
    'dht.transmissionbt.com:6881',
    'dht.libtorrent.org:25401',
  ]),
  secureIds: true,
  methods: mainlineMethods,
  tokensBindPort: false,
  // libtorrent's; others drop what is not renewed for 32 (jech/dht) to 45 minutes (libtorrent).
  republishMs: 15 * 60_000,
  // Clients drop the tenth datagram of a burst, or ban an address for 50 in 10 s: at most 28 leave.
  pace: Object.freeze({ perSecond: 2, burst: 8 }),
  onePlacePerAddress: true,
})
