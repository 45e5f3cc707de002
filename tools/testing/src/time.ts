// How far a model's clock jumps: mostly small steps, sometimes across every deadline. The mixture
// follows the models of the original system. Seventeen minutes are more than fifteen, so one long
// jump makes a contact questionable and a bucket stale; a few reach the hour after which a stored
// peer expires.

import fc from 'fast-check'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const LONG_JUMP_MS = 17 * MINUTE_MS

/** Spans in whole ms, 0 and up: below a second, a minute, an hour, and multiples of 17 minutes. */
export function timeAdvance(): fc.Arbitrary<number> {
  return fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.nat({ max: SECOND_MS - 1 }), weight: 10 },
    { arbitrary: fc.nat({ max: MINUTE_MS - 1 }), weight: 10 },
    { arbitrary: fc.nat({ max: 60 * MINUTE_MS - 1 }), weight: 10 },
    { arbitrary: fc.integer({ min: 1, max: 10 }).map((jumps) => jumps * LONG_JUMP_MS), weight: 1 },
  )
}
