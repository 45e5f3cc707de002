// The clock of the machine. Monotonic clocks stand still while a laptop sleeps, and then everything
// a node stores or was told would look fresh on waking; so time that only the wall clock saw counts
// too.

import type { Clock } from '../ports/clock.ts'

/** A lead of the wall clock above this is a sleep, or somebody set the clock forward, ms: ours. */
const SLEEP_MS = 5_000

/**
 * Longest span that `setTimeout` takes (2^31 - 1 ms); a longer alarm rings early, which is
 * harmless.
 */
const LONGEST_TIMEOUT_MS = 2_147_483_647

export interface ClockSources {
  readonly monotonic: () => number
  readonly wall: () => number
}

/** @param sources - the two clocks of the machine, ms; replaceable for tests */
export function systemClock(
  sources: ClockSources = { monotonic: () => performance.now(), wall: () => Date.now() },
): Clock {
  let leadMs = 0
  let offsetMs = sources.wall() - sources.monotonic()

  const now = (): number => {
    const monotonic = sources.monotonic()
    const sleptMs = sources.wall() - monotonic - offsetMs
    // A wall clock set back is taken as it is: time went on all the same.
    if (sleptMs < 0 || sleptMs > SLEEP_MS) offsetMs += sleptMs
    if (sleptMs > SLEEP_MS) leadMs += sleptMs
    return monotonic + leadMs
  }

  const alarm = (at: number, ring: () => void): (() => void) => {
    const inMs = Math.min(Math.max(0, Math.ceil(at - now())), LONGEST_TIMEOUT_MS)
    const timer = setTimeout(ring, inMs)
    return () => clearTimeout(timer)
  }

  return { now, alarm }
}
