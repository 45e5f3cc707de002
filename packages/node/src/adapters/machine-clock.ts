// Time and alarms of the machine. Monotonic clocks stop while a laptop sleeps, and everything that
// a node stores would look fresh afterwards. So time that only the wall clock measured is added.

import type { Clock } from '../ports/clock.ts'

/** A wall clock that gains more than this has slept or was set forward, ms: ours. */
const SLEEP_MS = 5_000

/**
 * Longest time that one timer is set for, ms: ours. Timers stop while the machine sleeps, so an
 * alarm for a time during the sleep rings at most this much after it. Longer alarms use several
 * timers.
 */
const LONGEST_NAP_MS = 30_000

/** The two clocks of the machine, ms; tests replace them. */
export interface ClockSources {
  readonly monotonic: () => number
  readonly wall: () => number
}

const MACHINE: ClockSources = { monotonic: () => performance.now(), wall: () => Date.now() }

/**
 * Calls `ring` after the input that has arrived by now was handled.
 *
 * @returns cancels the call; harmless when it was made
 */
export type AfterInput = (ring: () => void) => () => void

export function machineClock(afterInput: AfterInput, sources: ClockSources = MACHINE): Clock {
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
    let cancelRing: (() => void) | undefined
    const set = (): ReturnType<typeof setTimeout> => {
      const inMs = Math.max(0, Math.ceil(at - now()))
      const isLast = inMs <= LONGEST_NAP_MS
      return setTimeout(
        () => {
          // Timers run before sockets are read. After the process was busy, responses that have
          // arrived would count as late, so the sockets are read first.
          if (isLast) cancelRing = afterInput(ring)
          else timer = set()
        },
        Math.min(inMs, LONGEST_NAP_MS),
      )
    }
    let timer = set()
    return () => {
      clearTimeout(timer)
      cancelRing?.()
    }
  }

  return { now, alarm }
}
