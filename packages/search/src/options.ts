// Options of a lookup and of a publish: defaults, bounds, and the one place where they are checked.
//
// An option that is left out takes its default; an unknown or impossible one is the caller's fault
// and throws at once.
import { SearchOptionError } from './errors.ts'

export interface LookupOptions<C> {
  /** Contacts to find; the replication of the network. Default 8. */
  readonly k?: number
  /** Most patient questions in flight while approaching the target. */
  readonly alpha?: number
  /** Most patient questions in flight in the endgame; at least `alpha`. Default: k or alpha. */
  readonly endgameAlpha?: number
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
  readonly endgameAlpha: number
  readonly maxQueries: number
  readonly shortlistSize: number
  readonly maxPerReply: number
  readonly addressOf: ((contact: C) => string) | undefined
}

/** All in contacts or questions. `endgameAlpha` and `maxPerReply` follow `k` and are not listed. */
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

const LOOKUP_NAMES: ReadonlySet<string> = new Set([
  'k',
  'alpha',
  'endgameAlpha',
  'maxQueries',
  'shortlistSize',
  'maxPerReply',
  'addressOf',
])

const PUBLISH_NAMES: ReadonlySet<string> = new Set(['k'])

export function resolveLookupOptions<C>(options: LookupOptions<C>): LookupConfig<C> {
  rejectUnknown(options, LOOKUP_NAMES)
  const k = count('k', options.k ?? LOOKUP_DEFAULTS.k)
  const alpha = count('alpha', options.alpha ?? LOOKUP_DEFAULTS.alpha)
  const { addressOf } = options
  if (addressOf !== undefined && typeof addressOf !== 'function') {
    throw new SearchOptionError('addressOf', 'a function', addressOf)
  }
  return Object.freeze({
    k,
    alpha,
    endgameAlpha: count('endgameAlpha', options.endgameAlpha ?? Math.max(k, alpha), alpha),
    maxQueries: count('maxQueries', options.maxQueries ?? LOOKUP_DEFAULTS.maxQueries),
    shortlistSize: count(
      'shortlistSize',
      options.shortlistSize ?? Math.max(k, LOOKUP_DEFAULTS.shortlistSize),
      k,
    ),
    maxPerReply: count('maxPerReply', options.maxPerReply ?? k),
    addressOf,
  })
}

export function resolvePublishOptions(options: PublishOptions): PublishConfig {
  rejectUnknown(options, PUBLISH_NAMES)
  return Object.freeze({ k: count('k', options.k ?? PUBLISH_DEFAULTS.k) })
}

function rejectUnknown(options: object, names: ReadonlySet<string>): void {
  for (const name of Object.keys(options)) {
    if (!names.has(name)) {
      throw new SearchOptionError(name, `one of ${[...names].join(', ')}`, 'an unknown option')
    }
  }
}

function count(option: string, value: number, least = 1): number {
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new SearchOptionError(option, `a whole number of at least ${least}`, value)
}
