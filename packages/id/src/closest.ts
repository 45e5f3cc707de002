// The few items nearest to a target, out of many, in one pass.
// Only `count` items are ever held, in order, so most of them cost one comparison.
// Equal ids are equally far and nothing else is, so the search for an item's place finds its
// duplicate too; an item already pushed out can never come back, for the list only gets nearer.

import { compareDistance, requireSameWidth } from './distance.ts'
import type { Id, Identified } from './id.ts'

/**
 * Picks the items nearest to `target`, nearest first, each id once (the first item wins).
 *
 * @param items - in any order; read once, not changed; all ids as wide as `target`
 * @param count - most items to return, a whole number; 0 or less: none; Infinity: all
 * @returns a fresh array of at most `count` items
 * @throws {IdLengthError} when an item's id is not as wide as `target`
 */
export function closest<T extends Identified>(items: Iterable<T>, target: Id, count: number): T[] {
  const nearest: T[] = []
  if (!(count >= 1)) return nearest
  for (const item of items) {
    requireSameWidth(item.id, target)
    const isFull = nearest.length + 1 > count
    // Most ids are no nearer than all that are held; one look tells.
    if (isFull && compareDistance(item.id, nearest.at(-1)!.id, target) >= 0) continue
    const place = placeOf(item.id, nearest, target)
    if (place === undefined) continue
    if (isFull) nearest.pop()
    nearest.splice(place, 0, item)
  }
  return nearest
}

/** Where `id` belongs in `nearest`; undefined when it is there already. */
function placeOf(id: Id, nearest: readonly Identified[], target: Id): number | undefined {
  let low = 0
  let high = nearest.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const order = compareDistance(id, nearest[middle]!.id, target)
    if (order === 0) return undefined
    if (order < 0) high = middle
    else low = middle + 1
  }
  return low
}
