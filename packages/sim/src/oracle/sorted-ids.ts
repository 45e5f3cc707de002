// Ids in ascending order. Ids that share a prefix are next to each other, so the nearest ids to a
// target and the number of ids with a prefix are found by binary search. The oracle compares
// networks with this, so it uses no code of the node, only the comparison of two distances.

import { compareDistance, type Id, type Identified } from '@dht/id'

/** A range of at most this length is sorted by distance and not divided further. Our choice. */
const SHORT = 16

export class SortedIds<T extends Identified> {
  readonly #items: T[]

  /** @param items - in any order; all ids are distinct and have the same width */
  constructor(items: Iterable<T> = []) {
    this.#items = [...items].sort((a, b) => order(a.id, b.id))
  }

  get size(): number {
    return this.#items.length
  }

  /** Adds an item. @returns whether its id is new */
  add(item: T): boolean {
    const at = this.#placeOf(item.id)
    if (this.#isAt(item.id, at)) return false
    this.#items.splice(at, 0, item)
    return true
  }

  /** Removes an item. @returns whether there was one with that id */
  remove(id: Id): boolean {
    const at = this.#placeOf(id)
    if (!this.#isAt(id, at)) return false
    this.#items.splice(at, 1)
    return true
  }

  has(id: Id): boolean {
    return this.#isAt(id, this.#placeOf(id))
  }

  /** The `count` items nearest to `target`, nearest first. */
  nearest(target: Id, count: number): T[] {
    const found: T[] = []
    this.#collect({ from: 0, to: this.size, bit: 0 }, target, { count, found })
    return found
  }

  /**
   * How many ids share the first `bits` bits with `id`, which is counted too if it is one of them.
   */
  countSharing(id: Id, bits: number): number {
    const from = this.#firstWhere((other) => orderOfPrefixes(other, id, bits) >= 0)
    return this.#firstWhere((other) => orderOfPrefixes(other, id, bits) > 0) - from
  }

  /**
   * All ids of a range share their first `bit` bits, so all ids of one half are nearer than those
   * of the other.
   */
  #collect(
    range: { readonly from: number; readonly to: number; readonly bit: number },
    target: Id,
    wanted: { readonly count: number; readonly found: T[] },
  ): void {
    const { from, to, bit } = range
    const { count, found } = wanted
    if (from === to || found.length >= count) return
    if (to - from <= SHORT) {
      const items = this.#items.slice(from, to)
      items.sort((a, b) => compareDistance(a.id, b.id, target))
      found.push(...items.slice(0, count - found.length))
      return
    }
    const middle = this.#firstWhere((id) => bitOf(id, bit) === 1, range)
    const halves = [
      { from, to: middle, bit: bit + 1 },
      { from: middle, to, bit: bit + 1 },
    ]
    if (bitOf(target, bit) === 1) halves.reverse()
    for (const half of halves) this.#collect(half, target, wanted)
  }

  #placeOf(id: Id): number {
    return this.#firstWhere((other) => order(other, id) >= 0)
  }

  #isAt(id: Id, at: number): boolean {
    const item = this.#items[at]
    return item !== undefined && order(item.id, id) === 0
  }

  /** The first index from which on `isBeyond` holds. */
  #firstWhere(
    isBeyond: (id: Id) => boolean,
    { from, to }: { readonly from: number; readonly to: number } = { from: 0, to: this.size },
  ): number {
    let [low, high] = [from, to]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isBeyond((this.#items[middle] as T).id)) high = middle
      else low = middle + 1
    }
    return low
  }
}

function order(a: Id, b: Id): number {
  return orderOfPrefixes(a, b, 8 * b.length)
}

function orderOfPrefixes(a: Id, b: Id, bits: number): number {
  const whole = bits >>> 3
  for (let i = 0; i < whole; i++) {
    const difference = (a[i] as number) - (b[i] as number)
    if (difference !== 0) return difference
  }
  const rest = 8 - (bits & 7)
  return rest === 8 ? 0 : ((a[whole] as number) >>> rest) - ((b[whole] as number) >>> rest)
}

function bitOf(id: Id, bit: number): number {
  return ((id[bit >>> 3] as number) >>> (7 - (bit & 7))) & 1
}
