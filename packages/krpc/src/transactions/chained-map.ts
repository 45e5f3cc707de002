// A hash map from random numbers to values, for a few values that live for a short time.
// The transaction table uses it instead of a Map. V8 gives a Map a new table again and again while
// entries are added and deleted. Each old table refers to the next one, so old tables and what they
// held stay in memory until a full garbage collection. Measured with a Map: three quarters of the
// ids of lookups outlived their lookup, and garbage collection took a fifth of a simulated node's
// time.

/** With 1,024 values, the most transactions open by default, a chain has 32 links. */
const CHAINS = 32

/** A link of a chain, from newer to older values. */
interface Link<V> {
  readonly number: number
  readonly value: V
  next: Link<V> | undefined
}

export class ChainedMap<V> {
  readonly #chains: (Link<V> | undefined)[] = new Array(CHAINS).fill(undefined)
  #size = 0

  get size(): number {
    return this.#size
  }

  get(number: number): V | undefined {
    let link = this.#chains[number % CHAINS]
    while (link !== undefined && link.number !== number) link = link.next
    return link?.value
  }

  /** @param number - 0 or more, without a value so far */
  add(number: number, value: V): void {
    const chain = number % CHAINS
    this.#chains[chain] = { number, value, next: this.#chains[chain] }
    this.#size++
  }

  /** @param number - one that has a value */
  delete(number: number): void {
    const chain = number % CHAINS
    let before: Link<V> | undefined
    let link = this.#chains[chain]!
    while (link.number !== number) {
      before = link
      link = link.next!
    }
    if (before === undefined) this.#chains[chain] = link.next
    else before.next = link.next
    this.#size--
  }
}
