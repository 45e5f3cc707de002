// Contestants of one process, measured in turns: every round gives each of them a slice of time, so
// whatever slows the machine for a while slows all of them.

/**
 * Does its work `times` times and returns something that depends on it, so that none is optimised
 * away.
 */
export type Work = (times: number) => unknown

export interface RoundOptions {
  /** Rounds measured. Default 15. */
  readonly rounds?: number
  /** Least time of one slice, ms. Default 25. */
  readonly sliceMs?: number
}

/** Rounds run first and thrown away: engines optimise while they run. */
const WARM_UP_ROUNDS = 4

/** Where results end up, so that they count as used. */
const sink: { last: unknown } = { last: undefined }

/** Nanoseconds of CPU time per time of each contestant, one for each round. */
export function measureInTurns<Name extends string>(
  contestants: Readonly<Record<Name, Work>>,
  options: RoundOptions = {},
): Record<Name, number[]> {
  const { rounds = 15, sliceMs = 25 } = options
  const names = Object.keys(contestants) as Name[]
  const results = Object.fromEntries(names.map((name) => [name, [] as number[]]))
  const times = Object.fromEntries(
    names.map((name) => [name, timesFor(contestants[name], sliceMs)]),
  )
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const name of names) {
      const nanoseconds = timed(contestants[name], times[name] ?? 1)
      if (round >= 0) results[name]?.push(nanoseconds)
    }
  }
  return results as Record<Name, number[]>
}

/** How often a work fits into a slice. */
function timesFor(work: Work, sliceMs: number): number {
  for (let times = 1; ; times *= 2) {
    if (timed(work, times) * times >= (sliceMs * 1e6) / 2) return times
  }
}

function timed(work: Work, times: number): number {
  const before = process.cpuUsage()
  sink.last = work(times)
  const { user, system } = process.cpuUsage(before)
  return (1000 * (user + system)) / times
}
