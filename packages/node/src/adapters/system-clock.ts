// The clock of a machine with Node, Deno or Bun, which read sockets before they run immediates.

import type { Clock } from '../ports/clock.ts'
import { type ClockSources, machineClock } from './machine-clock.ts'

/** @param sources - the two clocks of the machine, ms; tests replace them */
export function systemClock(sources?: ClockSources): Clock {
  return machineClock((ring) => {
    const immediate = setImmediate(ring)
    return () => clearImmediate(immediate)
  }, sources)
}
