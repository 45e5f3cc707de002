// The clock of the machine. Monotonic clocks stand still while a laptop sleeps, and then everything
// a node stores or was told would look fresh on waking; so time that only the wall clock saw counts
// too.

import type { Clock } from '../ports/clock.ts'

/** A lead of the wall clock above this is a sleep, or somebody set the clock forward, ms: ours. */
const SLEEP_MS = 5_000

/**
 * Longest that one timer is set for, ms: ours. Timers stand still while the machine sleeps, so an
 * alarm for an instant within the sleep rings at most this much after it; longer ones are set anew.
 */
const LONGEST_NAP_MS = 30_000

export interface ClockSources {
  readonly monotonic: () => number
  readonly wall: () => number
}

/** @param sources - the two clocks of the machine, ms; replaceable for tests */
export function systemClock(
  sources: ClockSources = { monotonic: () => performance.now(), wall: () => Date.now() },
): Clock {
  let leadMs = 0
  const offsetMs = sources.wall() - sources.monotonic()

  const now = (): number => {
    const monotonic = sources.monotonic()
    // The lead only grows: a wall clock that is set back and later forward again has seen no more
    // time than before. A sleep in between counts only as far as it exceeds what was set back.
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
          // Timers ring before sockets are read. After a busy spell every answer would seem to be
          // late, although it is here: so what has arrived is heard first.
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
