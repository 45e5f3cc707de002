// Makes a failing list shorter while it still fails, by delta debugging (Zeller and Hildebrandt,
// 2002). First parts are left out, large parts before small ones. Then single items are replaced by
// simpler ones.

/** How a list may be made smaller. */
export interface ShrinkOptions<T> {
  /** Whether a list still fails. Called with shorter or simpler lists than the given one. */
  readonly fails: (items: readonly T[]) => boolean
  /** Simpler forms of one item, the simplest first. Default: none. */
  readonly simpler?: (item: T) => readonly T[]
  /** Maximum number of calls of `fails`. Default 1,000. Our choice. */
  readonly mostTries?: number
}

/**
 * @param items - a list that fails
 * @returns a list that fails, from which no item can be left out and in which none can be
 *   simplified
 */
export function shrink<T>(items: readonly T[], options: ShrinkOptions<T>): readonly T[] {
  const { fails, simpler = () => [], mostTries = 1_000 } = options
  let left = mostTries
  const stillFails = (candidate: readonly T[]): boolean => left-- > 0 && fails(candidate)
  let best = items
  for (let isSmaller = true; isSmaller && left > 0; ) {
    const shorter = withoutParts(best, stillFails)
    const plainer = withSimplerItems(shorter, simpler, stillFails)
    isSmaller = plainer !== best
    best = plainer
  }
  return best
}

type Test<T> = (candidate: readonly T[]) => boolean

/** Leaves out halves, then quarters, down to single items, as long as the rest fails. */
function withoutParts<T>(items: readonly T[], fails: Test<T>): readonly T[] {
  let best = items
  const halved = (size: number): number => (size === 1 ? 0 : Math.ceil(size / 2))
  for (let size = Math.ceil(items.length / 2); size >= 1; size = halved(size)) {
    for (let at = 0; at < best.length; ) {
      const candidate = [...best.slice(0, at), ...best.slice(at + size)]
      if (fails(candidate)) best = candidate
      else at += size
    }
  }
  return best
}

function withSimplerItems<T>(
  items: readonly T[],
  simpler: (item: T) => readonly T[],
  fails: Test<T>,
): readonly T[] {
  let best = items
  for (let at = 0; at < best.length; at++) {
    for (const form of simpler(best[at] as T)) {
      const candidate = [...best.slice(0, at), form, ...best.slice(at + 1)]
      if (!fails(candidate)) continue
      best = candidate
      break
    }
  }
  return best
}
