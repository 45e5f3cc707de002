// The options of the transaction table: defaults with their sources, and the one place where they
// are checked.

import { expectedNames, showValue } from '@dht/id'
import { OptionsError } from '../errors.ts'

/** How many questions may be open, and how long an answer is waited for. All spans in ms. */
export interface TransactionOptions {
  /** Most transactions open at once; a further one is refused. */
  readonly maxOpen?: number
  /** Most endpoints whose round trip is remembered; the one longest unheard is forgotten. */
  readonly maxEndpoints?: number
  /** Until the first answer of all: when a query stalls (RFC 6298, initial RTO). */
  readonly firstTimeoutMs?: number
  /** Shortest wait before a query stalls (RFC 6298, minimum RTO). */
  readonly minTimeoutMs?: number
  /** Longest wait before a query stalls (RFC 6298, maximum RTO); the first time-out included. */
  readonly maxTimeoutMs?: number
  /** Least time between the expected answer and the stall (RFC 6298, G). */
  readonly minMarginMs?: number
  /** When a query is given up, unless the endpoint let its last query expire as well. */
  readonly giveUpMs?: number
  /** Shortest wait before a query to an endpoint is given up that let its last one expire. */
  readonly minGiveUpMs?: number
  /** How long an expired query is remembered, so that a late answer to it is recognized. */
  readonly keepExpiredMs?: number
  /** How long an endpoint that let a query expire and was not heard of since is given up early. */
  readonly suspectMs?: number
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
  firstTimeoutMs: 500,
  // Ours: a scheduling hiccup must not count as silence.
  minTimeoutMs: 25,
  // Ours: a query that stalls is put once more, and the answer to that must come before the end.
  maxTimeoutMs: 2000,
  minMarginMs: 25,
  // Ours: answers that cross the world, wait in full queues and wake a radio need up to three.
  giveUpMs: 4000,
  // Ours: shorter than that, one pause of a busy machine would count as silence.
  minGiveUpMs: 150,
  // Ours: longer than any queue on the way holds a datagram.
  keepExpiredMs: 60_000,
  // As long as an answer shows that a node is good (BEP 5); silence says no more than an answer.
  suspectMs: 15 * 60_000,
})

const COUNTS: ReadonlySet<string> = new Set(['maxOpen', 'maxEndpoints'])

/** Each is at most as long as the next one. */
const ORDERED = [
  ['minTimeoutMs', 'firstTimeoutMs'],
  ['firstTimeoutMs', 'maxTimeoutMs'],
  ['maxTimeoutMs', 'giveUpMs'],
  ['minGiveUpMs', 'giveUpMs'],
] as const

/**
 * Completes options with their defaults.
 *
 * @throws {OptionsError} when an option is unknown, no positive number (a whole one for counts), or
 * a shorter span is longer than the longer one
 */
export function resolveTransactionOptions(options: TransactionOptions = {}): TransactionConfig {
  if (typeof options !== 'object' || options === null) {
    throw new OptionsError({ what: 'options', expected: 'an object', got: showValue(options) })
  }
  for (const [name, value] of Object.entries(options)) checkOption(name, value)
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const config = { ...TRANSACTION_DEFAULTS, ...Object.fromEntries(given) }
  for (const [shorter, longer] of ORDERED) checkOrder(config, shorter, longer)
  return Object.freeze(config)
}

function checkOption(name: string, value: number | undefined): void {
  if (!Object.hasOwn(TRANSACTION_DEFAULTS, name)) {
    const expected = expectedNames(name, Object.keys(TRANSACTION_DEFAULTS))
    throw new OptionsError({ what: 'option', expected, got: showValue(name) })
  }
  if (value === undefined) return
  const isCount = COUNTS.has(name)
  const isGood = isCount ? Number.isInteger(value) : Number.isFinite(value)
  if (isGood && value > 0) return
  const expected = isCount ? 'a whole number of 1 or more' : 'a positive number'
  throw new OptionsError({ what: name, expected, got: showValue(value) })
}

function checkOrder(
  config: TransactionConfig,
  shorter: keyof TransactionConfig,
  longer: keyof TransactionConfig,
): void {
  if (config[shorter] <= config[longer]) return
  const expected = `at most ${longer} (${config[longer]})`
  throw new OptionsError({ what: shorter, expected, got: showValue(config[shorter]) })
}
