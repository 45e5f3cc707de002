// The binary tree of the prefixes of some ids, without the nodes that have one child only: where
// ids part, and on which line each stands. Lines follow the order of the ids.

import { bitAt, sharedBits } from '../model/distance-bits.ts'

export interface PrefixTree {
  /** Index into `ids`, in the order of the lines. */
  readonly order: readonly number[]
  readonly forks: readonly Fork[]
  /** Most forks above one leaf. */
  readonly levels: number
}

export interface Fork {
  /** Number of forks above it. */
  readonly level: number
  /** Bits that all ids below it share. */
  readonly depth: number
  /** The lines below it: from the first one up to and without the last one. */
  readonly from: number
  readonly to: number
  /** The first line below its branch of ones. */
  readonly middle: number
  /** Its own line, and those of its two branches; halves stand between two lines. */
  readonly line: number
  readonly zero: Branch
  readonly one: Branch
}

export interface Branch {
  readonly line: number
  /** Level and depth of the fork there; absent: a leaf. */
  readonly level?: number
  readonly depth?: number
}

/** @param ids - distinct, of one width */
export function prefixTree(ids: readonly string[]): PrefixTree {
  const order = ids.map((_, index) => index)
  order.sort((a, b) => compare(ids[a] as string, ids[b] as string))
  const sorted = order.map((index) => ids[index] as string)
  const forks: Fork[] = []
  let levels = 0

  function build(from: number, to: number, level: number): Branch {
    if (to - from <= 1) return { line: from }
    const depth = sharedBits(sorted[from] as string, sorted[to - 1] as string)
    const middle = firstOne({ sorted, from, to, depth })
    levels = Math.max(levels, level + 1)
    const zero = build(from, middle, level + 1)
    const one = build(middle, to, level + 1)
    const line = (zero.line + one.line) / 2
    forks.push({ level, depth, from, to, middle, line, zero, one })
    return { line, level, depth }
  }

  if (sorted.length > 0) build(0, sorted.length, 0)
  return { order, forks, levels }
}

/** The first line whose id has a one at `depth`. */
function firstOne({
  sorted,
  from,
  to,
  depth,
}: {
  readonly sorted: readonly string[]
  readonly from: number
  readonly to: number
  readonly depth: number
}): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >> 1
    if (bitAt(sorted[middle] as string, depth) === 0) low = middle + 1
    else high = middle
  }
  // Between `from` and `to` even if an id occurs twice.
  return Math.min(to - 1, Math.max(from + 1, low))
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
