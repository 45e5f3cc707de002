// How the time-outs of a node hang together: which of them follow those that are given, and what
// order they must be in.

import { argumentError } from '../../errors.ts'

/** When a question stalls and when it is given up, ms. */
export interface Timeouts {
  readonly giveUpMs: number
  readonly maxTimeoutMs: number
  readonly firstTimeoutMs: number
  readonly minTimeoutMs: number
}

/** Each is at most as long as the next one. */
const ORDERED = [
  ['minTimeoutMs', 'firstTimeoutMs'],
  ['firstTimeoutMs', 'maxTimeoutMs'],
  ['maxTimeoutMs', 'giveUpMs'],
] as const

/** The defaults of those that are not given, moved so that they fit those that are. */
export function dependentTimeouts(given: Partial<Timeouts>, defaults: Timeouts): Timeouts {
  const giveUpMs = given.giveUpMs ?? defaults.giveUpMs
  const maxTimeoutMs = given.maxTimeoutMs ?? Math.min(defaults.maxTimeoutMs, giveUpMs / 2)
  const leastMs = Math.max(defaults.firstTimeoutMs, given.minTimeoutMs ?? 0)
  const firstTimeoutMs = given.firstTimeoutMs ?? Math.min(leastMs, maxTimeoutMs)
  const minTimeoutMs = given.minTimeoutMs ?? Math.min(defaults.minTimeoutMs, firstTimeoutMs)
  return { giveUpMs, maxTimeoutMs, firstTimeoutMs, minTimeoutMs }
}

/**
 * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` when a shorter span is longer than a longer one
 */
export function checkTimeouts(timeouts: Timeouts): void {
  for (const [shorter, longer] of ORDERED) {
    if (timeouts[shorter] <= timeouts[longer]) continue
    throw argumentError(shorter, `at most ${longer} (${timeouts[longer]} ms)`, timeouts[shorter])
  }
}
