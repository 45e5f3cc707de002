// The options of the transaction table: defaults with their sources, and the one place where they
// are checked.

import { OptionsError } from './errors.ts'

/** How many questions may be open, and how long an answer is waited for. All spans in ms. */
export interface TransactionOptions {
  /** Most transactions open at once; a further one is refused. */
  readonly maxOpen?: number
  /** Most endpoints whose round trip is remembered; the one longest unheard is forgotten. */
  readonly maxEndpoints?: number
  /** Until the first answer of all: when a query counts as stalled. */
  readonly initialStallMs?: number
  /** Until the first answer of all: when a query is given up. */
  readonly initialExpireMs?: number
  /** Least time between the expected answer and the stall. */
  readonly minMarginMs?: number
  /** Longest wait before a query counts as stalled. */
  readonly maxStallMs?: number
  /** A query is given up after this many times the span after which it stalled. */
  readonly expireFactor?: number
  /** Shortest wait before a query is given up. */
  readonly minExpireMs?: number
  /** Longest wait before a query is given up. */
  readonly maxExpireMs?: number
}

/** {@link TransactionOptions}, complete. */
export type TransactionConfig = Readonly<Required<TransactionOptions>>

/** What holds unless an option says otherwise. */
export const TRANSACTION_DEFAULTS: TransactionConfig = Object.freeze({
  // Ours: sixty lookups of 16 in flight at once.
  maxOpen: 1024,
  // Ours: those of a few lookups and of the near buckets. What is older than that says less of an
  // endpoint than all others together do; about 110 bytes each.
  maxEndpoints: 128,
  // Ours: above the round trip of most of the internet, well below a second.
  initialStallMs: 500,
  // The usual time-out of the field (WebTorrent, mainline, anacrolix).
  initialExpireMs: 2000,
  // Ours: a scheduling hiccup must not count as silence.
  minMarginMs: 25,
  maxStallMs: 2000,
  // Ours: whoever puts a stalled query once more then waits for it as long again.
  expireFactor: 2,
  minExpireMs: 150,
  // Ours: Mainline nodes behind full queues answer within ten seconds or not at all.
  maxExpireMs: 10_000,
})

const COUNTS: ReadonlySet<string> = new Set(['maxOpen', 'maxEndpoints'])

/**
 * Completes options with their defaults.
 *
 * @throws {OptionsError} when an option is unknown, no positive number (a whole one for counts), or
 * a shorter span is longer than the longer one
 */
export function resolveTransactionOptions(options: TransactionOptions = {}): TransactionConfig {
  for (const [name, value] of Object.entries(options)) checkOption(name, value)
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const config = { ...TRANSACTION_DEFAULTS, ...Object.fromEntries(given) }
  checkOrder(config, 'initialStallMs', 'initialExpireMs')
  checkOrder(config, 'maxStallMs', 'maxExpireMs')
  checkOrder(config, 'minExpireMs', 'maxExpireMs')
  return Object.freeze(config)
}

function checkOption(name: string, value: number | undefined): void {
  if (!Object.hasOwn(TRANSACTION_DEFAULTS, name)) {
    const expected = `one of ${Object.keys(TRANSACTION_DEFAULTS).join(', ')}`
    throw new OptionsError({ what: 'option', expected, got: JSON.stringify(name) })
  }
  if (value === undefined) return
  const isCount = COUNTS.has(name)
  const isGood = isCount ? Number.isInteger(value) : Number.isFinite(value)
  // A factor below 1 would give a query up before it stalls.
  const least = isCount || name === 'expireFactor' ? 1 : 0
  if (isGood && value >= least && value > 0) return
  const expected = isCount ? 'a whole number of 1 or more' : `a positive number, at least ${least}`
  throw new OptionsError({ what: name, expected, got: String(value) })
}

function checkOrder(
  config: TransactionConfig,
  shorter: keyof TransactionConfig,
  longer: keyof TransactionConfig,
): void {
  if (config[shorter] <= config[longer]) return
  const expected = `at most ${longer} (${config[longer]})`
  throw new OptionsError({ what: shorter, expected, got: String(config[shorter]) })
}
