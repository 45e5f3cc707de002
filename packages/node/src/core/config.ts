// Every knob of the core, with its unit and where its value comes from; resolved once into a frozen
// whole. Sizes and spans are checked here and nowhere else.

import { dht256, type Network } from '@dht/krpc'
import { argumentError, unknownName } from '../errors.ts'
import { parseSubnet } from './overlay/subnets.ts'
import { PEER_LIFETIME_MS, scheduleDefaults } from './publishing/schedule-defaults.ts'
import { checkTimeouts, dependentTimeouts } from './queries/timeouts.ts'

/** What may be set on a core; everything has a default. */
export interface CoreOptions {
  /** Which network to speak: `dht256` (default) or `mainline`. */
  readonly network?: Network
  /** Bucket width and replication (Kademlia paper, k). Default 8 (BEP 5). */
  readonly k?: number
  /**
   * Questions of one lookup in flight while it approaches its target (paper, alpha). Default 3
   * (paper).
   */
  readonly alpha?: number
  /**
   * Widths of the buckets farthest from our own id, at least k each. Default: 128, 64 and 32
   * (libtorrent), then 16 for another 17 (ours): beyond those, ten million nodes are down to k.
   */
  readonly bucketWidths?: readonly number[]
  /**
   * Most contacts of one IPv4 /24 or IPv6 /64 per bucket, 0 for no limit. Default 0; 2 guards a
   * public network.
   */
  readonly contactsPerSubnetInBucket?: number
  /**
   * The same over the whole table. Default 0; 10 guards a public network (sigp/discv5 uses 2 and
   * 10).
   */
  readonly contactsPerSubnet?: number
  /**
   * Silence after which a contact is questionable and a bucket stale, ms. Default 15 min (BEP 5).
   */
  readonly quietMs?: number
  /**
   * Life of a stored peer, ms. Default 60 min (Kademlia practice, and the original system's). Spans
   * of the publishing schedule that are left out follow a shorter one.
   */
  readonly peerLifetimeMs?: number
  /**
   * Time from the start of one publishing round to the start of the next, ms. Default: that of the
   * network, 30 min in `dht256` and 15 min in `mainline`, and at most half of `peerLifetimeMs`.
   */
  readonly republishMs?: number
  /**
   * Each round is moved by up to this much either way, ms; less than `republishMs`. Default 2 min:
   * ours, keeps publishers apart; at most a fifteenth of `republishMs`, and less in proportion to a
   * `peerLifetimeMs` below an hour.
   */
  readonly republishJitterMs?: number
  /**
   * Time between two looks at whether the nodes around an entry have changed, ms; a round comes
   * forward when they have, so this is the least time between two such rounds. Default 5 min: ours,
   * a sixth of `republishMs`.
   */
  readonly reviewMs?: number
  /**
   * First wait after an incomplete round, doubled up to `retryMaxMs`, ms. Default 30 s: ours; less
   * in proportion to a `peerLifetimeMs` below an hour.
   */
  readonly retryMs?: number
  /**
   * Longest wait after an incomplete round, ms. Default 5 min: ours; three retries fit before an
   * entry lapses. Less in proportion to a `peerLifetimeMs` below an hour.
   */
  readonly retryMaxMs?: number
  /**
   * When a question stalls as long as nobody has answered, ms (RFC 6298, initial RTO). It is put
   * once more then, and its slot is free for another. Default 500 ms: ours, above the round trip of
   * most of the internet; shorter where `maxTimeoutMs` is.
   */
  readonly firstTimeoutMs?: number
  /**
   * Least time until a question stalls, ms (RFC 6298, minimum RTO). Default 25 ms: ours, a pause of
   * the machine must not count as silence; shorter where `maxTimeoutMs` is.
   */
  readonly minTimeoutMs?: number
  /**
   * Most time until a question stalls, ms (RFC 6298, maximum RTO). Default 2 s, or half of
   * `giveUpMs` where that is less: ours, the answer to the second sending must come before the end.
   */
  readonly maxTimeoutMs?: number
  /**
   * When a question is given up, ms; no node is sooner, but one that let its last question expire
   * as well. Default 4 s: ours; answers that cross the world, wait in full queues and wake a radio
   * need up to three.
   */
  readonly giveUpMs?: number
  /**
   * Longest life of one lookup; it then ends with what it has, ms. Default 60 s: ours; at most an
   * eighth of `peerLifetimeMs`.
   */
  readonly lookupDeadlineMs?: number
  /**
   * When a question is given up that waits for its turn because of the network's pace, ms. Default
   * 10 s: ours, the span over which receivers count; at most a fortieth of `peerLifetimeMs`.
   */
  readonly paceWaitMs?: number
  /**
   * Publishing rounds under way at once; further ones wait. Default 32: ours; with that many all of
   * `maxAnnouncements` are renewed in time as long as a round takes 5.5 s or less on average: one
   * that waits for a dead node takes little more than `giveUpMs`.
   */
  readonly maxRounds?: number
  /** Identities this node publishes at once. Default 10 000: ours. */
  readonly maxAnnouncements?: number
  /** Users' operations under way at once; further ones end as `busy`. Default 1 024: ours. */
  readonly maxOperations?: number
  /**
   * Open questions per address family. Default 16 384: ours; more than all operations and rounds
   * can have open, for a lookup that may not ask misses whom it would have found.
   */
  readonly maxTransactions?: number
  /** Rotation of write-token secrets, ms. Default 5 min (BEP 5). */
  readonly tokenRotateMs?: number
  /**
   * Most peers in one reply, before the byte budget. Default 50 per reply over IPv4 and 25 over
   * IPv6.
   */
  readonly peersPerReply?: { readonly 4: number; readonly 6: number }
  /** Queries answered per source (IPv4 address, IPv6 /64) and window. Default 1 000: ours. */
  readonly queriesPerSource?: number
  /** That window, ms. Default 10 s (libtorrent's). */
  readonly sourceWindowMs?: number
  /** Sources counted per window. Default 65 536: ours, about 8 MiB at worst. */
  readonly maxSources?: number
  /** Bytes of replies per second, with a burst of one second. Default 16 MiB/s: ours. */
  readonly replyBytesPerSecond?: number
  /**
   * Checks per second and address family: pings to strangers that queried us, and to the members
   * whom they might replace. Default 4: ours.
   */
  readonly checksPerSecond?: number
  /** Burst of those pings. Default 32: ours. */
  readonly checkBurst?: number
  /** Least time between two bucket refreshes of one family, ms. Default 5 s (libtorrent's pace). */
  readonly refreshSpacingMs?: number
  /** First wait before bootstrapping again, doubled up to `rejoinMaxMs`, ms. Default 1 s: ours. */
  readonly rejoinMs?: number
  /** Longest wait before bootstrapping again, ms. Default 5 min: ours. */
  readonly rejoinMaxMs?: number
  /** Peers stored in all; further announces find no token. Default 200 000: ours, 20 MiB. */
  readonly maxPeers?: number
  /** Peers stored under one identity. Default 500 (libtorrent). */
  readonly maxPeersPerKey?: number
  /** Peers stored for one source address over all identities. Default 2 000: ours. */
  readonly maxPeersPerSource?: number
  /** Peers stored for one address under one identity. Default 32: ours. */
  readonly maxPeersPerSourceAndKey?: number
  /** Identities stored. Default 20 000: ours. */
  readonly maxKeys?: number
  /**
   * Subnets in which many nodes may share an address, such as `10.0.0.0/8` or `fd00::/8`: there the
   * network's pace holds for each endpoint, elsewhere for each host. Loopback needs no mention.
   * Default: none.
   */
  readonly trustedSubnets?: readonly string[]
  /** Answer no queries and say so (BEP 43). Default false. */
  readonly readOnly?: boolean
}

export type CoreConfig = Readonly<Required<CoreOptions>>

const MINUTE = 60_000

const BUCKET_WIDTHS = Object.freeze([128, 64, 32, ...new Array<number>(17).fill(16)])

/** Defaults of {@link CoreOptions}; units and sources stand there. */
export const CORE_DEFAULTS: CoreConfig = Object.freeze({
  network: dht256,
  k: 8,
  alpha: 3,
  bucketWidths: BUCKET_WIDTHS,
  contactsPerSubnetInBucket: 0,
  contactsPerSubnet: 0,
  quietMs: 15 * MINUTE,
  peerLifetimeMs: PEER_LIFETIME_MS,
  ...scheduleDefaults({ network: dht256 }),
  giveUpMs: 4_000,
  maxTimeoutMs: 2_000,
  firstTimeoutMs: 500,
  minTimeoutMs: 25,
  maxRounds: 32,
  maxAnnouncements: 10_000,
  maxOperations: 1_024,
  maxTransactions: 16_384,
  tokenRotateMs: 5 * MINUTE,
  peersPerReply: Object.freeze({ 4: 50, 6: 25 }),
  queriesPerSource: 1_000,
  sourceWindowMs: 10_000,
  maxSources: 65_536,
  replyBytesPerSecond: 16 * 1024 * 1024,
  checksPerSecond: 4,
  checkBurst: 32,
  refreshSpacingMs: 5_000,
  rejoinMs: 1_000,
  rejoinMaxMs: 5 * MINUTE,
  maxPeers: 200_000,
  maxPeersPerKey: 500,
  maxPeersPerSource: 2_000,
  maxPeersPerSourceAndKey: 32,
  maxKeys: 20_000,
  trustedSubnets: Object.freeze([]),
  readOnly: false,
})

/**
 * Fills in the defaults and checks the whole.
 * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` for an unknown name, a value out of range, or
 *   spans with which an entry could lapse while its publisher lives
 */
export function resolveCoreOptions(options: CoreOptions = {}): CoreConfig {
  if (typeof options !== 'object' || options === null) {
    throw argumentError('options', 'an object', options)
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(CORE_DEFAULTS, name)) throw unknownName(name, Object.keys(CORE_DEFAULTS))
  }
  const given: CoreOptions = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  )
  checkTypes(given)
  const followed = {
    ...scheduleDefaults({ ...given, network: given.network ?? dht256 }),
    ...dependentTimeouts(given, CORE_DEFAULTS),
  }
  const config: CoreConfig = Object.freeze({ ...CORE_DEFAULTS, ...followed, ...given })
  checkTimeouts(config)
  checkSchedule(config)
  return config
}

const MAY_BE_ZERO: ReadonlySet<string> = new Set([
  'contactsPerSubnetInBucket',
  'contactsPerSubnet',
  'republishJitterMs',
])

/** Spans and rates may be fractions; everything else is counted. */
const MAY_BE_FRACTION = /Ms$|PerSecond$/

/** How the type of a default is called. */
const TYPES: Readonly<Record<string, string>> = {
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  string: 'a text',
}

function checkSubnets(subnets: readonly string[]): void {
  if (!Array.isArray(subnets)) throw argumentError('trustedSubnets', 'a list', subnets)
  for (const [at, text] of subnets.entries()) {
    if (typeof text === 'string' && parseSubnet(text) !== undefined) continue
    throw argumentError(`trustedSubnets[${at}]`, 'a subnet such as "10.0.0.0/8"', text)
  }
}

/** Checks each given option by itself; together they are checked where they depend. */
function checkTypes(given: CoreOptions): void {
  for (const [name, value] of Object.entries(given)) {
    const type = typeof CORE_DEFAULTS[name as keyof CoreConfig]
    if (typeof value !== type || value === null) {
      const expected = name === 'network' ? 'a network, such as mainline' : TYPES[type]
      throw argumentError(name, expected as string, value)
    }
    if (typeof value === 'number') checkNumber(name, value)
  }
  const { network, peersPerReply, bucketWidths = [], trustedSubnets = [] } = given
  if (network !== undefined) checkNetwork(network)
  if (peersPerReply !== undefined) checkPeersPerReply(peersPerReply)
  if (!Array.isArray(bucketWidths)) throw argumentError('bucketWidths', 'a list', bucketWidths)
  for (const [at, width] of bucketWidths.entries()) checkNumber(`bucketWidths[${at}]`, width)
  checkSubnets(trustedSubnets)
}

function checkNumber(name: string, value: unknown): void {
  const isWhole = !MAY_BE_FRACTION.test(name)
  const mayBeZero = MAY_BE_ZERO.has(name)
  const isGood = isWhole ? Number.isInteger(value) : Number.isFinite(value)
  if (isGood && ((value as number) > 0 || (mayBeZero && value === 0))) return
  const kind = isWhole ? 'a whole number' : 'a number'
  throw argumentError(name, `${kind} ${mayBeZero ? 'of at least 0' : 'above 0'}`, value)
}

function checkPeersPerReply(peersPerReply: object): void {
  for (const family of [4, 6]) {
    checkNumber(`peersPerReply[${family}]`, Reflect.get(peersPerReply, family))
  }
}

/** A network of the user's own has all that ours have. */
function checkNetwork(network: Network): void {
  for (const [name, ours] of Object.entries(dht256)) {
    const value: unknown = network[name as keyof Network]
    if (name === 'key' || typeof value === typeof ours) continue
    throw argumentError(`network.${name}`, TYPES[typeof ours] as string, value)
  }
}

/**
 * The longest a publishing round can take: a lookup to its deadline, with a question asked just
 * before it, then one question for each write, all at once. Each may wait for its turn first.
 */
export function longestRoundMs(config: CoreConfig): number {
  return config.lookupDeadlineMs + 2 * (config.paceWaitMs + config.giveUpMs)
}

function checkSchedule(config: CoreConfig): void {
  const { republishMs, republishJitterMs } = config
  if (republishJitterMs >= republishMs) {
    const expected = `less than republishMs (${republishMs} ms)`
    throw argumentError('republishJitterMs', expected, republishJitterMs)
  }
  const renewedWithin = republishMs + republishJitterMs + longestRoundMs(config)
  if (renewedWithin < config.peerLifetimeMs) return
  throw argumentError(
    'republishMs + republishJitterMs + lookupDeadlineMs + 2 × (paceWaitMs + giveUpMs)',
    `less than peerLifetimeMs (${config.peerLifetimeMs} ms)`,
    renewedWithin,
  )
}
