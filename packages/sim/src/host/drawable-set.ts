// A set from which random members can be drawn. A deleted member leaves no gap, so a draw costs the
// same after many deletions. A world keeps its reachable hosts in such a set.

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
    const index = this.#indexes.get(member)
    if (index === undefined) return
    this.#indexes.delete(member)
    // The last member moves to the free index.
    const last = this.#members.pop() as T
    if (last === member) return
    this.#members[index] = last
    this.#indexes.set(last, index)
  }

  /** `count` distinct members in random order, or all if there are fewer. */
  sample(count: number, chance: Chance): T[] {
    if (2 * count >= this.size) return chance.sample(this.#members, count)
    // Fewer than half of the members are drawn, so most draws give a member that is not drawn yet.
    const drawn = new Set<T>()
    while (drawn.size < count) drawn.add(chance.pick(this.#members))
    return [...drawn]
  }
}
