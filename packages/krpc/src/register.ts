// Values by numbers that were drawn at random, a few at a time and never for long: chains of links
// from a fixed row of hooks.
// Not a Map. When a map that has grown old is written to and deleted from all the time, V8 links
// each table that it outgrows to the next, and whatever hung in one of them is kept, with all that
// it leads to, until the whole heap is searched. Measured: of the ids that lookups made three
// quarters outlived them, and to collect garbage took a fifth of a simulated node's time.

/** With 1,024 values, the most questions open by default, a chain has 32 links. */
const HOOKS = 32

/** Links lead from younger ones to older ones. */
interface Link<V> {
  readonly number: number
  readonly value: V
  next: Link<V> | undefined
}

export class Register<V> {
  readonly #hooks: (Link<V> | undefined)[] = new Array(HOOKS).fill(undefined)
  #size = 0

  get size(): number {
    return this.#size
  }

  get(number: number): V | undefined {
    let link = this.#hooks[number % HOOKS]
    while (link !== undefined && link.number !== number) link = link.next
    return link?.value
  }

  /** @param number - 0 or more; one that has no value */
  add(number: number, value: V): void {
    const hook = number % HOOKS
    this.#hooks[hook] = { number, value, next: this.#hooks[hook] }
    this.#size++
  }

  /** @param number - one that has a value */
  delete(number: number): void {
    const hook = number % HOOKS
    let before: Link<V> | undefined
    let link = this.#hooks[hook]!
    while (link.number !== number) {
      before = link
      link = link.next!
    }
    if (before === undefined) this.#hooks[hook] = link.next
    else before.next = link.next
    this.#size--
  }
}
