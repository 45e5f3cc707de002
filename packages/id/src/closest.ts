// The few items nearest to a target, out of many, in one pass.
// Only `count` items are ever held, in order, so most of them cost one comparison.
// Equal ids are equally far and nothing else is, so the search for an item's place finds its
// duplicate too; an item already pushed out can never come back, for the list only gets nearer.

import { compareDistance, refuseWidth } from './distance.ts'
import { distanceHead, hasId } from './distance-head.ts'
import { IdFormatError } from './errors.ts'
import { type Id, type Identified, requireBytes } from './id.ts'
import { showValue } from './show-value.ts'

/**
 * Picks the items nearest to `target`, nearest first, each id once (the first item wins).
 *
 * @param items - in any order; read once, not changed; all ids as wide as `target`
 * @param count - most items to return, a whole number; 0 or less: none; Infinity: all
 * @returns a fresh array of at most `count` items
 * @throws {IdLengthError} when an item's id is not as wide as `target`
 * @throws {IdFormatError} when an id is no Uint8Array or the count no number
 */
export function closest<T extends Identified>(items: Iterable<T>, target: Id, count: number): T[] {
  const nearest: T[] = []
  requireBytes('target', target)
  if (typeof count !== 'number' || Number.isNaN(count)) {
    throw new IdFormatError({ what: 'count', expected: 'a number', got: showValue(count) })
  }
  if (count < 1) return nearest
  /** Of each the head of its distance. */
  const distances: number[] = []
  for (const item of items) {
    const distance = distanceHead(item, target) ?? refuseWidth(item.id, target)
    const isFull = nearest.length + 1 > count
    // Most are farther than all that are held; one look tells.
    if (isFull && distance > distances.at(-1)!) continue
    const place = placeOf(item, distance, { nearest, distances, target })
    if (place === undefined || (isFull && place === nearest.length)) continue
    if (isFull) {
      nearest.pop()
      distances.pop()
    }
    insert(nearest, place, item)
    insert(distances, place, distance)
  }
  return nearest
}

interface Held {
  readonly nearest: readonly Identified[]
  readonly distances: readonly number[]
  readonly target: Id
}

/** Where `item` belongs among those held; undefined when its id is there already. */
function placeOf(item: Identified, distance: number, held: Held): number | undefined {
  const { nearest, distances, target } = held
  let low = 0
  let high = nearest.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const order = distance - distances[middle]! || compare(item, nearest[middle]!, target)
    if (order === 0) return undefined
    if (order < 0) high = middle
    else low = middle + 1
  }
  return low
}

/** Not `splice`, which makes a list of what it takes out, be it nothing. */
function insert<T>(list: T[], place: number, item: T): void {
  list.push(item)
  for (let at = list.length - 1; at > place; at--) list[at] = list[at - 1]!
  list[place] = item
}

/** Compares two items whose heads are the same, and so nearly always their ids. */
function compare(item: Identified, other: Identified, target: Id): number {
  const { id } = other
  return hasId(item, id) ? 0 : compareDistance(item.id, id, target)
}
