// Options of a lookup and of a publish: defaults, bounds, and the one place where they are checked.
//
// An option that is left out takes its default; an unknown or impossible one is the caller's fault
// and throws at once.
import { expectedNames } from '@dht/id'
import { SearchOptionError } from './errors.ts'

export interface LookupOptions<C> {
  /** Contacts to find; the replication of the network. Default 8. */
  readonly k?: number
  /** Most patient questions in flight while approaching the target. */
  readonly alpha?: number
  /** Most patient questions in flight in the endgame; at least `alpha`. Default: k or alpha. */
  readonly finalRoundAlpha?: number
  /** Most questions of one lookup. When they are spent, what is still unasked is forgotten. */
  readonly maxQueries?: number
  /** Most unasked candidates remembered; the farthest gives way. At least k. */
  readonly shortlistSize?: number
  /** Most contacts taken from one reply, the nearest to the target first. Default k. */
  readonly maxPerReply?: number
  /** Key of a contact's address. Given, no address is asked twice; absent, none is looked at. */
  readonly addressOf?: (contact: C) => string
}

export interface LookupConfig<C> {
  readonly k: number
  readonly alpha: number
  readonly finalRoundAlpha: number
  readonly maxQueries: number
  readonly shortlistSize: number
  readonly maxPerReply: number
  readonly addressOf: ((contact: C) => string) | undefined
}

/**
 * All in contacts or questions. `finalRoundAlpha` and `maxPerReply` follow `k` and are not listed.
 */
export const LOOKUP_DEFAULTS: {
  readonly k: number
  readonly alpha: number
  readonly maxQueries: number
  readonly shortlistSize: number
} = Object.freeze({
  /** BEP 5: "K = 8". */
  k: 8,
  /** Kademlia paper, §2.3; measured beside others in test/properties/latency.test.ts. */
  alpha: 3,
  /** Ours: ten times what a lookup in a healthy network of 10,000 nodes needs. */
  maxQueries: 128,
  /** Ours: as many as could still be asked. */
  shortlistSize: 128,
})

export interface PublishOptions {
  /** Most contacts written to, and so most writes in flight. Default 8. */
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
  'maxPerReply',
  'addressOf',
] as const satisfies readonly (keyof LookupOptions<unknown>)[]

const PUBLISH_NAMES = ['k'] as const satisfies readonly (keyof PublishOptions)[]

export function resolveLookupOptions<C>(options: LookupOptions<C>): LookupConfig<C> {
  checkNames(options, LOOKUP_NAMES)
  const { k = LOOKUP_DEFAULTS.k, alpha = LOOKUP_DEFAULTS.alpha, addressOf } = options
  checkCount('k', k)
  checkCount('alpha', alpha)
  const { finalRoundAlpha = Math.max(k, alpha), maxQueries = LOOKUP_DEFAULTS.maxQueries } = options
  const { shortlistSize = Math.max(k, LOOKUP_DEFAULTS.shortlistSize), maxPerReply = k } = options
  checkCount('finalRoundAlpha', finalRoundAlpha, alpha)
  checkCount('maxQueries', maxQueries)
  checkCount('shortlistSize', shortlistSize, k)
  checkCount('maxPerReply', maxPerReply)
  if (addressOf !== undefined && typeof addressOf !== 'function') {
    throw new SearchOptionError('addressOf', 'a function', addressOf)
  }
  return Object.freeze({
    k,
    alpha,
    finalRoundAlpha,
    maxQueries,
    shortlistSize,
    maxPerReply,
    addressOf,
  })
}

export function resolvePublishOptions(options: PublishOptions): PublishConfig {
  checkNames(options, PUBLISH_NAMES)
  const { k = PUBLISH_DEFAULTS.k } = options
  checkCount('k', k)
  return Object.freeze({ k })
}

function checkNames(options: object, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new SearchOptionError('options', 'an object', options)
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new SearchOptionError('option', expectedNames(unknown, names), unknown)
}

function checkCount(option: string, value: number, least = 1): void {
  if (Number.isSafeInteger(value) && value >= least) return
  throw new SearchOptionError(option, `a whole number of at least ${least}`, value)
}
