// The options of the transaction table: their defaults with sources, and their checks.

import { expectedNames, showValue } from '@dht/id'
import { OptionsError } from '../errors.ts'

/** How many queries may be open, and how long they wait for a response. All spans in ms. */
export interface TransactionOptions {
  /** Most transactions open at once. More are refused. */
  readonly maxOpen?: number
  /** Most endpoints whose round trip is kept. The least recently updated one is dropped. */
  readonly maxEndpoints?: number
  /** When a query stalls before any response was measured (RFC 6298, initial RTO). */
  readonly firstTimeoutMs?: number
  /** Shortest wait before a query stalls (RFC 6298, minimum RTO). */
  readonly minTimeoutMs?: number
  /** Longest wait before a query stalls, at least the first timeout (RFC 6298, maximum RTO). */
  readonly maxTimeoutMs?: number
  /** Shortest time between the expected response and the stall (RFC 6298, G). */
  readonly minMarginMs?: number
  /** When a query expires, unless the last query to its endpoint expired too. */
  readonly giveUpMs?: number
  /** Shortest wait before a query expires if the last query to its endpoint expired too. */
  readonly minGiveUpMs?: number
  /** How long an expired query is kept, so that a late response to it is recognized. */
  readonly keepExpiredMs?: number
  /** How long queries to an endpoint expire early after an expiry without a response since. */
  readonly suspectMs?: number
}

/** {@link TransactionOptions}, complete. */
export type TransactionConfig = Readonly<Required<TransactionOptions>>

/** The values that hold unless an option says otherwise. */
export const TRANSACTION_DEFAULTS: TransactionConfig = Object.freeze({
  // Ours: sixty lookups of 16 in flight at once.
  maxOpen: 1024,
  // Ours: those of a few lookups and of the near buckets. Older round trips predict less than the
  // average of all endpoints. About 110 bytes each.
  maxEndpoints: 128,
  // Ours: above most round trips on the internet, well below a second.
  firstTimeoutMs: 500,
  // Ours: a short delay of the machine must not count as a stall.
  minTimeoutMs: 25,
  // Ours: a query that stalls is sent again, and that response must arrive before the expiry.
  maxTimeoutMs: 2000,
  minMarginMs: 25,
  // Ours: a response that crosses the world, full queues and a sleeping radio takes up to 3 s.
  giveUpMs: 4000,
  // Ours: with less, one pause of a busy machine would count as an expiry.
  minGiveUpMs: 150,
  // Ours: longer than any queue on the path delays a datagram.
  keepExpiredMs: 60_000,
  // As long as a response shows that a node is good (BEP 5).
  suspectMs: 15 * 60_000,
})

const COUNTS: ReadonlySet<string> = new Set(['maxOpen', 'maxEndpoints'])

/** In each pair the first is at most as long as the second. */
const ORDERED = [
  ['minTimeoutMs', 'firstTimeoutMs'],
  ['firstTimeoutMs', 'maxTimeoutMs'],
  ['maxTimeoutMs', 'giveUpMs'],
  ['minGiveUpMs', 'giveUpMs'],
] as const

/**
 * Completes options with their defaults.
 *
 * @throws {OptionsError} when an option is unknown or no positive number (a whole one for counts),
 * or when two spans are in the wrong order
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
