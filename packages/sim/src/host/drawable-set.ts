// A set from which random members can be drawn. The cost does not depend on how many members were
// ever in it. A world keeps its reachable hosts in one.

import type { Chance } from '../chance.ts'

export class DrawableSet<T> {
  readonly #members: T[] = []
  readonly #indexes = new Map<T, number>()

  get size(): number {
    return this.#members.length
  }

  add(member: T): void {
    if (this.#indexes.has(member)) return
    this.#indexes.set(member, this.#members.length)
    this.#members.push(member)
  }

  delete(member: T): void {
    const place = this.#indexes.get(member)
    if (place === undefined) return
    this.#indexes.delete(member)
    const last = this.#members.pop() as T
    if (last === member) return
    this.#members[place] = last
    this.#indexes.set(last, place)
  }

  /** `count` distinct members in random order, or all if there are fewer. */
  sample(count: number, chance: Chance): T[] {
    if (2 * count >= this.size) return chance.sample(this.#members, count)
    const drawn = new Set<T>()
    while (drawn.size < count) drawn.add(chance.pick(this.#members))
    return [...drawn]
  }
}
