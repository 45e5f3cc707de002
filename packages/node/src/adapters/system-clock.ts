// The clock of the machine. Monotonic clocks stop while a laptop sleeps, and everything that a node
// stores would look fresh afterwards. So time that only the wall clock measured is added.

import type { Clock } from '../ports/clock.ts'

/** A wall clock that gains more than this has slept or was set forward, ms: ours. */
const SLEEP_MS = 5_000

/**
 * Longest time that one timer is set for, ms: ours. Timers stop while the machine sleeps, so an
 * alarm for a time during the sleep rings at most this much after it. Longer alarms use several
 * timers.
 */
const LONGEST_NAP_MS = 30_000

export interface ClockSources {
  readonly monotonic: () => number
  readonly wall: () => number
}

/** @param sources - the two clocks of the machine, ms; tests replace them */
export function systemClock(
  sources: ClockSources = { monotonic: () => performance.now(), wall: () => Date.now() },
): Clock {
  let leadMs = 0
  const offsetMs = sources.wall() - sources.monotonic()

  const now = (): number => {
    const monotonic = sources.monotonic()
    // The lead never shrinks: no time has passed when the wall clock is set back and later forward
    // again. A sleep in between counts only as far as it exceeds what was set back.
    const sleptMs = sources.wall() - monotonic - offsetMs - leadMs
    if (sleptMs > SLEEP_MS) leadMs += sleptMs
    return monotonic + leadMs
  }

  const alarm = (at: number, ring: () => void): (() => void) => {
    let immediate: ReturnType<typeof setImmediate> | undefined
    const set = (): ReturnType<typeof setTimeout> => {
      const inMs = Math.max(0, Math.ceil(at - now()))
      const isLast = inMs <= LONGEST_NAP_MS
      return setTimeout(
        () => {
          // Timers run before sockets are read. After the process was busy, responses that have
          // arrived would count as late, so the sockets are read first.
          if (isLast) immediate = setImmediate(ring)
          else timer = set()
        },
        Math.min(inMs, LONGEST_NAP_MS),
      )
    }
    let timer = set()
    return () => {
      clearTimeout(timer)
      clearImmediate(immediate)
    }
  }

  return { now, alarm }
}
