// The options of a routing table: defaults with their sources, bounds, and the check of both. An
// unknown or impossible option is the caller's mistake and throws at once.

import { expectedNames, type Identified } from '@dht/id'
import type { Admission } from './admission.ts'
import { RoutingTableOptionError } from './errors.ts'
import type { GroupLimit } from './group-limits.ts'

export interface RoutingTableOptions<C extends Identified> {
  /** Most members of a bucket; 1 or more. Default 8. */
  readonly k?: number
  /**
   * Most members of bucket 0, 1, … (the farthest first), each k or more. Buckets beyond the list
   * hold k, and so does our own bucket until it has split. Default: none.
   */
  readonly widths?: readonly number[]
  /**
   * Most buckets; 1 or more. Then our own bucket splits no further, so contacts that share many
   * bits with us can't cause many buckets, each with its own checks and refreshes. Default 33.
   */
  readonly maxBuckets?: number
  /** Most contacts that wait beside each bucket; 0 or more. Default k. */
  readonly cacheSize?: number
  /** Failures in a row that make a contact bad; 1 or more. Default 2. */
  readonly badAfter?: number
  /** A contact not seen for so long is questionable, in ms. Default 15 min. */
  readonly questionableAfterMs?: number
  /** A prefix that was quiet for so long is due for a refresh, in ms. Default 15 min. */
  readonly refreshAfterMs?: number
  /** Least time between the starts of two checks in one bucket, in ms; may be 0. Default 1 s. */
  readonly checkIntervalMs?: number
  /** When a check whose outcome was never reported is forgotten, in ms. At least
   * `checkIntervalMs`. Default 30 s. */
  readonly checkTimeoutMs?: number
  /**
   * Key of a contact's address. With it, no two members have the same address, and an id can't move
   * to another address while its old one responds. Without it, addresses are ignored.
   */
  readonly addressOf?: (contact: C) => string
  /** The rule that decides which contacts may join. Absent: all may. */
  readonly admission?: Admission<C>
  /**
   * How many members may share a key, such as an address or a subnet, while k members with other
   * keys are known. Where fewer are, a member above a limit joins, and gives way later. The order
   * of `closest` does not depend on it. Default: none.
   *
   * @example
   * const limits = [{ keyOf: (c) => subnetOf(c.endpoint), perBucket: 2, perTable: 10 }]
   */
  readonly limits?: readonly GroupLimit<C>[]
  /**
   * Whether a contact is preferred where a full bucket has to choose. A preferred contact that
   * responds takes the place of a member that is not, if no member is bad; that member then waits.
   * Among the waiting contacts, preferred ones take over from bad members first. It must always
   * return the same for a contact. The order of `closest` does not depend on it. Absent: none is.
   */
  readonly isPreferred?: (contact: C) => boolean
}

export interface RoutingTableConfig<C extends Identified> {
  readonly k: number
  readonly widths: readonly number[]
  readonly maxBuckets: number
  readonly cacheSize: number
  readonly badAfter: number
  readonly questionableAfterMs: number
  readonly refreshAfterMs: number
  readonly checkIntervalMs: number
  readonly checkTimeoutMs: number
  readonly addressOf: ((contact: C) => string) | undefined
  readonly admission: Admission<C> | undefined
  readonly limits: readonly GroupLimit<C>[]
  readonly isPreferred: ((contact: C) => boolean) | undefined
}

/** Counts in contacts or failures, spans in ms. `cacheSize` follows `k` and is not listed. */
export const ROUTING_TABLE_DEFAULTS: {
  readonly k: number
  readonly widths: readonly number[]
  readonly maxBuckets: number
  readonly badAfter: number
  readonly questionableAfterMs: number
  readonly refreshAfterMs: number
  readonly checkIntervalMs: number
  readonly checkTimeoutMs: number
} = Object.freeze({
  /** BEP 5: "K, which is currently 8". */
  k: 8,
  /** Kademlia paper §2.2: all buckets are alike. */
  widths: Object.freeze([]),
  /** Ours: 32 splits are those of a network of k · 2^32 nodes; Mainline's table has about 21. */
  maxBuckets: 33,
  /** BEP 5: "fail to respond to multiple queries in a row"; a bucket's oldest is tried twice. */
  badAfter: 2,
  /** BEP 5: "after 15 minutes of inactivity, a node becomes questionable". */
  questionableAfterMs: 15 * 60_000,
  /** BEP 5: "buckets that have not been changed in 15 minutes should be refreshed". */
  refreshAfterMs: 15 * 60_000,
  /** Ours: whatever other nodes send, a bucket needs at most 60 pings per minute. */
  checkIntervalMs: 1_000,
  /** Ours: well past the 10 s after which the longest transaction has expired. */
  checkTimeoutMs: 30_000,
})

/** The options that are whole numbers with a default. */
type Whole = Exclude<keyof typeof ROUTING_TABLE_DEFAULTS, 'widths'>

/**
 * Completes and checks options.
 *
 * @throws {RoutingTableOptionError} when an option is unknown or outside its bounds
 */
export function resolveRoutingTableOptions<C extends Identified>(
  options: RoutingTableOptions<C>,
): RoutingTableConfig<C> {
  if (typeof options !== 'object' || options === null) {
    throw new RoutingTableOptionError('options', 'an object', options)
  }
  const whole = (name: Whole, least: number): number => {
    const { [name]: value = ROUTING_TABLE_DEFAULTS[name] } = options
    return checkedWhole(name, value, least)
  }
  const k = whole('k', 1)
  const checkIntervalMs = whole('checkIntervalMs', 0)
  const { cacheSize = k, widths = ROUTING_TABLE_DEFAULTS.widths, limits = [] } = options
  // With a span of 0, work would always be due.
  const config: RoutingTableConfig<C> = Object.freeze({
    k,
    widths: checkedList('widths', widths, (each, width) => checkedWhole(each, width, k)),
    maxBuckets: whole('maxBuckets', 1),
    cacheSize: checkedWhole('cacheSize', cacheSize, 0),
    badAfter: whole('badAfter', 1),
    questionableAfterMs: whole('questionableAfterMs', 1),
    refreshAfterMs: whole('refreshAfterMs', 1),
    checkIntervalMs,
    checkTimeoutMs: whole('checkTimeoutMs', Math.max(1, checkIntervalMs)),
    addressOf: checkedFunction('addressOf', options.addressOf),
    admission: checkedAdmission(options.admission),
    limits: checkedList('limits', limits, checkedLimit),
    isPreferred: checkedFunction('isPreferred', options.isPreferred),
  })
  const names = Object.keys(config)
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown === undefined) return config
  throw new RoutingTableOptionError('option', expectedNames(unknown, names), unknown)
}

/** A frozen copy of `list`; `checked` is given the name and the value of each item. */
function checkedList<T>(
  name: string,
  list: readonly T[],
  checked: (name: string, item: T) => T,
): readonly T[] {
  if (!Array.isArray(list)) throw new RoutingTableOptionError(name, 'a list', list)
  return Object.freeze(list.map((item, at) => checked(`${name}[${at}]`, item)))
}

function checkedLimit<C>(name: string, limit: GroupLimit<C>): GroupLimit<C> {
  const { keyOf, perBucket = Infinity, perTable = Infinity } = limit ?? {}
  if (typeof keyOf !== 'function') {
    throw new RoutingTableOptionError(`${name}.keyOf`, 'a function', keyOf)
  }
  for (const [each, most] of Object.entries({ perBucket, perTable })) {
    if (typeof most === 'number' && most >= 1) continue
    throw new RoutingTableOptionError(`${name}.${each}`, 'a number of at least 1', most)
  }
  return limit
}

function checkedWhole(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new RoutingTableOptionError(name, `a whole number of at least ${least}`, value)
}

function checkedFunction<F>(name: string, value: F): F {
  if (value === undefined || typeof value === 'function') return value
  throw new RoutingTableOptionError(name, 'a function', value)
}

function checkedAdmission<A extends Admission<never>>(value: A | undefined): A | undefined {
  if (value === undefined || typeof value?.admits === 'function') return value
  throw new RoutingTableOptionError('admission', 'an Admission', value)
}
