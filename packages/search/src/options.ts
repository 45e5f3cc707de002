// The options of a lookup and of a publish: defaults, bounds, and the check of both. An option that
// is left out takes its default; an unknown or impossible one is the caller's mistake and throws at
// once.

import { expectedNames } from '@dht/id'
import { SearchOptionError } from './errors.ts'

export interface LookupOptions<C> {
  /** How many contacts to find. Default 8. */
  readonly k?: number
  /** Most open queries that have not stalled, until the final round. Default 3. */
  readonly alpha?: number
  /** The same in the final round; at least `alpha`. Default: the larger of k and alpha. */
  readonly finalRoundAlpha?: number
  /**
   * Most queries of one lookup. After the last one, the contacts not queried are forgotten.
   * Default 128.
   */
  readonly maxQueries?: number
  /**
   * Most candidates not yet queried; the farthest is forgotten for a nearer one. At least k.
   * Default: the larger of k and 128.
   */
  readonly shortlistSize?: number
  /** Most contacts taken from one response, the nearest to the target. Default k. */
  readonly maxPerResponse?: number
  /**
   * Key of a contact's address. With it, at most `maxPerAddress` contacts of one address are
   * queried, and more where fewer than k others are known. Without `endpointOf` it stands for the
   * endpoint as well.
   */
  readonly addressOf?: (contact: C) => string
  /** Most contacts of one address that are queried. Default 1. */
  readonly maxPerAddress?: number
  /**
   * Key of a contact's endpoint. With it, no endpoint is queried twice, and a contact that is
   * reported with the id of another one is queried when the other stalls or fails.
   */
  readonly endpointOf?: (contact: C) => string
  /**
   * Most contacts with one id that are queried although only one node has reported them, where
   * `endpointOf` is given; further ones need two reporters. Default 3.
   */
  readonly contactsPerId?: number
}

export interface LookupConfig<C> {
  readonly k: number
  readonly alpha: number
  readonly finalRoundAlpha: number
  readonly maxQueries: number
  readonly shortlistSize: number
  readonly maxPerResponse: number
  readonly addressOf: ((contact: C) => string) | undefined
  readonly maxPerAddress: number
  readonly endpointOf: ((contact: C) => string) | undefined
  readonly contactsPerId: number
}

/** In contacts or queries. `finalRoundAlpha` and `maxPerResponse` follow from `k`. */
export const LOOKUP_DEFAULTS: {
  readonly k: number
  readonly alpha: number
  readonly maxQueries: number
  readonly shortlistSize: number
  readonly maxPerAddress: number
  readonly contactsPerId: number
} = Object.freeze({
  /** BEP 5: "K = 8". */
  k: 8,
  /** Kademlia paper, §2.3; measured beside others in test/properties/latency.test.ts. */
  alpha: 3,
  /** Ours: ten times what a lookup in a healthy network of 10,000 nodes needs. */
  maxQueries: 128,
  /** Ours: as many as `maxQueries` lets a lookup query. */
  shortlistSize: 128,
  /** libtorrent's search-IP restriction. */
  maxPerAddress: 1,
  /** Ours: the true contact is among the three most reported even with 40 % liars. */
  contactsPerId: 3,
})

export interface RegionLookupOptions<C> extends LookupOptions<C> {
  /** Key of a contact's subnet, in which one person may have many addresses; IPv4: /24. */
  readonly subnetOf?: (contact: C) => string
  /** Most contacts of one subnet that a sweep queries. Default 3. */
  readonly maxPerSubnet?: number
  /** Most queries of a lookup that sweeps, those before the sweep included. Default 256. */
  readonly maxSweepQueries?: number
}

export interface RegionLookupConfig<C> {
  /** The options of each of its walks. */
  readonly lookup: LookupOptions<C>
  readonly k: number
  readonly maxQueries: number
  readonly subnetOf: ((contact: C) => string) | undefined
  readonly maxPerSubnet: number
  readonly maxSweepQueries: number
}

/** In contacts and queries. */
export const SWEEP_DEFAULTS: { readonly maxPerSubnet: number; readonly maxSweepQueries: number } =
  Object.freeze({
    /** Ours: an attacker in 16 subnets gets 48 queries, so those to the others remain. */
    maxPerSubnet: 3,
    /** Ours: room for 200 liars in a region and the walks. */
    maxSweepQueries: 256,
  })

export interface PublishOptions {
  /** Most contacts to write to, and so most open writes. Default 8. */
  readonly k?: number
}

export interface PublishConfig {
  readonly k: number
}

export const PUBLISH_DEFAULTS: { readonly k: number } = Object.freeze({
  /** BEP 5: "K = 8"; the replication of the network. */
  k: 8,
})

const LOOKUP_NAMES = [
  'k',
  'alpha',
  'finalRoundAlpha',
  'maxQueries',
  'shortlistSize',
  'maxPerResponse',
  'addressOf',
  'maxPerAddress',
  'endpointOf',
  'contactsPerId',
] as const satisfies readonly (keyof LookupOptions<unknown>)[]

const PUBLISH_NAMES = ['k'] as const satisfies readonly (keyof PublishOptions)[]

export function resolveLookupOptions<C>(options: LookupOptions<C>): LookupConfig<C> {
  checkNames(options, LOOKUP_NAMES)
  const { k = LOOKUP_DEFAULTS.k, alpha = LOOKUP_DEFAULTS.alpha, addressOf } = options
  checkCount('k', k)
  checkCount('alpha', alpha)
  const { finalRoundAlpha = Math.max(k, alpha), maxQueries = LOOKUP_DEFAULTS.maxQueries } = options
  const { shortlistSize = Math.max(k, LOOKUP_DEFAULTS.shortlistSize), maxPerResponse = k } = options
  checkCount('finalRoundAlpha', finalRoundAlpha, alpha)
  checkCount('maxQueries', maxQueries)
  checkCount('shortlistSize', shortlistSize, k)
  checkCount('maxPerResponse', maxPerResponse)
  const { maxPerAddress = LOOKUP_DEFAULTS.maxPerAddress, endpointOf } = options
  const { contactsPerId = LOOKUP_DEFAULTS.contactsPerId } = options
  checkCount('maxPerAddress', maxPerAddress)
  checkCount('contactsPerId', contactsPerId)
  checkFunction('addressOf', addressOf)
  checkFunction('endpointOf', endpointOf)
  return Object.freeze({
    k,
    alpha,
    finalRoundAlpha,
    maxQueries,
    shortlistSize,
    maxPerResponse,
    addressOf,
    maxPerAddress,
    endpointOf,
    contactsPerId,
  })
}

export function resolveRegionLookupOptions<C>(
  options: RegionLookupOptions<C>,
): RegionLookupConfig<C> {
  checkObject(options)
  const { subnetOf, maxPerSubnet = SWEEP_DEFAULTS.maxPerSubnet, ...others } = options
  const { maxSweepQueries = SWEEP_DEFAULTS.maxSweepQueries, ...lookup } = others
  const { k, maxQueries } = resolveLookupOptions<C>(lookup)
  checkCount('maxPerSubnet', maxPerSubnet)
  checkCount('maxSweepQueries', maxSweepQueries)
  checkFunction('subnetOf', subnetOf)
  return Object.freeze({ lookup, k, maxQueries, subnetOf, maxPerSubnet, maxSweepQueries })
}

export function resolvePublishOptions(options: PublishOptions): PublishConfig {
  checkNames(options, PUBLISH_NAMES)
  const { k = PUBLISH_DEFAULTS.k } = options
  checkCount('k', k)
  return Object.freeze({ k })
}

function checkObject(options: object): void {
  if (typeof options === 'object' && options !== null) return
  throw new SearchOptionError('options', 'an object', options)
}

function checkNames(options: object, names: readonly string[]): void {
  checkObject(options)
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new SearchOptionError('option', expectedNames(unknown, names), unknown)
}

function checkCount(option: string, value: number, least = 1): void {
  if (Number.isSafeInteger(value) && value >= least) return
  throw new SearchOptionError(option, `a whole number of at least ${least}`, value)
}

function checkFunction(option: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return
  throw new SearchOptionError(option, 'a function', value)
}
