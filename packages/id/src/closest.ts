// The few items nearest to a target, out of many, in one pass. Only `count` items are held, in
// order, so most items cost one comparison.
// Only equal ids are equally far from a target, so the search for an item's place also finds a
// second item with the same id.

import { compareDistance, requireSameWidth } from './distance.ts'
import { IdFormatError } from './errors.ts'
import { type Id, type Identified, requireBytes } from './id.ts'
import { showValue } from './show-value.ts'

/**
 * Picks the items nearest to `target`, nearest first, each id once (the first item wins).
 *
 * @param items - in any order; read once, not changed; all ids as wide as `target`
 * @param count - most items to return, a whole number; 0 or less: none; Infinity: all
 * @returns a new array of at most `count` items
 * @throws {IdLengthError} when an item's id is not as wide as `target`
 * @throws {IdFormatError} when an id is not a Uint8Array or the count is not a number
 */
export function closest<T extends Identified>(items: Iterable<T>, target: Id, count: number): T[] {
  requireBytes('target', target)
  if (typeof count !== 'number' || Number.isNaN(count)) {
    throw new IdFormatError({ what: 'count', expected: 'a number', got: showValue(count) })
  }
  if (count < 1) return []
  const nearest: T[] = []
  for (const item of items) {
    const { id } = item
    requireSameWidth(id, target)
    const place = placeOf(id, nearest, target)
    if (place === undefined || place + 1 > count) continue
    if (nearest.length + 1 > count) nearest.pop()
    insert(item, nearest, place)
  }
  return nearest
}

/** Where `id` belongs among those held; undefined when it is there already. */
function placeOf(id: Id, nearest: readonly Identified[], target: Id): number | undefined {
  let low = 0
  let high = nearest.length
  // Most items are farther than all that are held, so the farthest is looked at first.
  let middle = high - 1
  while (low < high) {
    const order = compareDistance(id, nearest[middle]!.id, target)
    if (order === 0) return undefined
    if (order < 0) high = middle
    else low = middle + 1
    middle = (low + high) >>> 1
  }
  return low
}

/** `splice` would make a list of what it removes, even where this is nothing. */
function insert<T>(item: T, list: T[], place: number): void {
  list.push(item)
  for (let at = list.length - 1; at > place; at--) list[at] = list[at - 1]!
  list[place] = item
}
