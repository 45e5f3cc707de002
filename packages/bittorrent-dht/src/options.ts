// The options of a client, and what becomes of each: those that mean something here become options
// of the node, the others are accepted and ignored.

import { type EndpointLike, mainline, type NodeOptions, nodeCrypto } from '@dht/node'
import { hexOf, ID_BYTES, toBuffer, viewOf } from './bytes.ts'
import type { NodeAddress } from './client-events.ts'
import { argumentError } from './errors.ts'
import type { Verify } from './got-value.ts'

/** Bytes, or as many bytes in hex. */
export type BytesLike = ArrayBufferView | string

export interface ClientOptions {
  /** The node's id, 20 bytes. Default: random. In Mainline it follows the external address. */
  readonly nodeId?: BytesLike | undefined
  /** The same under another name. */
  readonly id?: BytesLike | undefined
  /**
   * Nodes to join through, as `host:port` or objects; false: none. Default and true: Mainline's
   * public routers.
   */
  readonly bootstrap?:
    | boolean
    | string
    | NodeAddress
    | readonly (string | NodeAddress)[]
    | undefined
  /** The same under another name. */
  readonly nodes?: ClientOptions['bootstrap']
  /** The address under which this client keeps its own announcements in its store. */
  readonly host?: string | false | null | undefined
  /** Concurrent queries of one lookup. Default: that of the node, 3. */
  readonly concurrency?: number | undefined
  /** Width of a bucket, and copies of an announcement or item. Default: that of the node, 8. */
  readonly k?: number | undefined
  /** The hash of items, of 20 bytes. Default: SHA-1. */
  readonly hash?: ((bytes: Buffer) => Uint8Array) | undefined
  /** The check of signatures. Default: Ed25519 of `node:crypto`. */
  readonly verify?: Verify | undefined
  /** Silence after which a contact is checked and a bucket refreshed, ms. Default 15 min. */
  readonly timeBucketOutdated?: number | undefined
  /** Lifetime of stored peers, ms, at least 2 min. Default, 0 and Infinity: one hour. */
  readonly maxAge?: number | undefined
  /** Peers stored in all. Default: that of the node, 200,000. */
  readonly maxPeers?: number | undefined
  /** Items stored in all. Default: that of the node, 8,192. */
  readonly maxValues?: number | undefined
  /** Whether IPv6 is used, too, where `listen` names no address. Default true. */
  readonly ipv6?: boolean | undefined
  /** Options of the node that npm's package does not have, such as `state` and `readOnly`. */
  readonly nodeOptions?:
    | Omit<NodeOptions, 'id' | 'port' | 'ipv4' | 'ipv6' | 'onEvent' | 'onWarning' | 'signal'>
    | undefined
  /** Ignored, as are all other options of npm's package. */
  readonly [ignored: string]: unknown
}

/** What a client makes of its options. */
export interface ClientConfig {
  readonly id: Buffer
  readonly host: string | undefined
  readonly ipv6: boolean
  /** Whether the node joins by itself. */
  readonly joins: boolean
  readonly crypto: typeof nodeCrypto
  readonly node: NodeOptions
}

/** Shortest lifetime of stored peers: with less the schedule of a node is refused. */
const MIN_AGE_MS = 2 * 60_000

/** @throws {DhtClientError} `ERR_DHT_CLIENT_ARGUMENT` */
export function resolveClientOptions(options: ClientOptions): ClientConfig {
  if (typeof options !== 'object' || options === null) {
    throw argumentError('opts', 'an object', options)
  }
  const { nodeOptions, host, ipv6 = true } = options
  const given = options.id ?? options.nodeId
  const id = given ? toBuffer('nodeId', given, ID_BYTES) : randomId()
  const bootstrap = toBootstrap(options.nodes ?? options.bootstrap)
  const crypto = toCrypto(options)
  return {
    id,
    host: typeof host === 'string' && host !== '' ? host : undefined,
    ipv6,
    joins: bootstrap?.length !== 0,
    crypto,
    node: {
      network: mainline,
      id: hexOf(id),
      crypto,
      ...(bootstrap !== undefined && { bootstrap }),
      ...numbersOf(options),
      ...nodeOptions,
    },
  }
}

function randomId(): Buffer {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(ID_BYTES)))
}

/** @returns undefined for the public routers of the network */
function toBootstrap(given: ClientOptions['bootstrap']): EndpointLike[] | undefined {
  if (given === undefined || given === null || given === true) return undefined
  if (given === false) return []
  const list = Array.isArray(given) ? given : [given]
  return list.map((each: string | NodeAddress) =>
    typeof each === 'string' ? each : endpointText(each),
  )
}

/** `host:port`, with brackets around an IPv6 address. */
export function endpointText({ host, port }: NodeAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** The options that are numbers, under the names that the node has for them. */
function numbersOf(options: ClientOptions): NodeOptions {
  const { k, concurrency, timeBucketOutdated, maxAge, maxPeers, maxValues } = options
  return {
    ...(k && { k }),
    ...(concurrency && { alpha: concurrency }),
    ...(timeBucketOutdated && { quietMs: timeBucketOutdated }),
    ...(maxAge && maxAge < Number.POSITIVE_INFINITY && lifetime(maxAge)),
    ...(maxPeers && { maxPeers }),
    ...(maxValues && { maxItems: maxValues }),
  }
}

function lifetime(maxAge: number): NodeOptions {
  return { peerLifetimeMs: Math.max(maxAge, MIN_AGE_MS) }
}

function toCrypto({ hash, verify }: ClientOptions): typeof nodeCrypto {
  return {
    ...nodeCrypto,
    ...(hash && { sha1: toHash(hash) }),
    ...(verify && { verify: toVerify(verify) }),
  }
}

function toHash(hash: NonNullable<ClientOptions['hash']>): (typeof nodeCrypto)['sha1'] {
  const ofNothing = viewOf(hash(Buffer.alloc(0)))
  if (ofNothing?.length !== ID_BYTES) throw argumentError('hash', 'one of 20 bytes', hash)
  return (bytes) => new Uint8Array(hash(Buffer.from(bytes)))
}

/** Any bytes may come from the network, and what the function throws is no valid signature. */
function toVerify(verify: Verify): (typeof nodeCrypto)['verify'] {
  return (publicKey, message, signature) => {
    try {
      return verify(Buffer.from(signature), Buffer.from(message), Buffer.from(publicKey)) === true
    } catch {
      return false
    }
  }
}
