// How the time-outs of queries depend on each other: which defaults follow the time-outs that were
// given, and the order that all of them must have.

import { argumentError } from '../../errors.ts'

/** When a query stalls and when it is given up, ms. */
export interface Timeouts {
  readonly giveUpMs: number
  readonly maxTimeoutMs: number
  readonly firstTimeoutMs: number
  readonly minTimeoutMs: number
}

/** In each pair the first is at most as long as the second. */
const ORDERED = [
  ['minTimeoutMs', 'firstTimeoutMs'],
  ['firstTimeoutMs', 'maxTimeoutMs'],
  ['maxTimeoutMs', 'giveUpMs'],
] as const

/** Keeps the time-outs that were given, and moves the defaults of the others to fit them. */
export function dependentTimeouts(given: Partial<Timeouts>, defaults: Timeouts): Timeouts {
  const giveUpMs = given.giveUpMs ?? defaults.giveUpMs
  const maxTimeoutMs = given.maxTimeoutMs ?? Math.min(defaults.maxTimeoutMs, giveUpMs / 2)
  const leastMs = Math.max(defaults.firstTimeoutMs, given.minTimeoutMs ?? 0)
  const firstTimeoutMs = given.firstTimeoutMs ?? Math.min(leastMs, maxTimeoutMs)
  const minTimeoutMs = given.minTimeoutMs ?? Math.min(defaults.minTimeoutMs, firstTimeoutMs)
  return { giveUpMs, maxTimeoutMs, firstTimeoutMs, minTimeoutMs }
}

/**
 * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` when a time-out is longer than one that must be
 *   at least as long
 */
export function checkTimeouts(timeouts: Timeouts): void {
  for (const [shorter, longer] of ORDERED) {
    if (timeouts[shorter] <= timeouts[longer]) continue
    throw argumentError(shorter, `at most ${longer} (${timeouts[longer]} ms)`, timeouts[shorter])
  }
}
