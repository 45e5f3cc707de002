// Who runs at this moment, so that one can be drawn without looking at all who ever did.

import type { Chance } from '../chance.ts'

export class Roll<T> {
  readonly #members: T[] = []
  readonly #places = new Map<T, number>()

  get size(): number {
    return this.#members.length
  }

  add(member: T): void {
    if (this.#places.has(member)) return
    this.#places.set(member, this.#members.length)
    this.#members.push(member)
  }

  delete(member: T): void {
    const place = this.#places.get(member)
    if (place === undefined) return
    this.#places.delete(member)
    const last = this.#members.pop() as T
    if (last === member) return
    this.#members[place] = last
    this.#places.set(last, place)
  }

  /** `count` distinct members, or all when there are fewer. */
  draw(count: number, chance: Chance): T[] {
    if (2 * count >= this.size) return chance.sample(this.#members, count)
    const drawn = new Set<T>()
    while (drawn.size < count) drawn.add(chance.pick(this.#members))
    return [...drawn]
  }
}
