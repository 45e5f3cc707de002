// A network of nodes with complete buckets: for every i, a node knows all nodes that share exactly
// i bits with it, or at least k of them. The convergence theorem requires this. Distances are
// bigints here, so that no code under test is used.
import { type Id, idFromBigInt } from '@dht/id'
import { below, type Chance } from './chance.ts'

export interface TestNode {
  readonly id: Id
  readonly value: bigint
  readonly address: string
  /** Tells apart the endpoints of one address. Default 0. */
  readonly port?: number
}

export interface NetworkOptions {
  readonly values: readonly bigint[]
  readonly width: number
  readonly k: number
  readonly random: Chance
  /** Capacity of bucket i, where it is more than k. */
  readonly widths?: readonly number[]
}

export function testNode(value: bigint, width: number): TestNode {
  return { value, id: idFromBigInt(value, width), address: `a${value}` }
}

export function byDistance(target: bigint): (a: TestNode, b: TestNode) => number {
  return (a, b) => ((a.value ^ target) < (b.value ^ target) ? -1 : 1)
}

/** The `count` nearest, by sorting everything. */
export function nearest(
  nodes: Iterable<TestNode>,
  target: bigint,
  count: number,
): readonly TestNode[] {
  return [...nodes].sort(byDistance(target)).slice(0, count)
}

export class Network {
  readonly nodes: readonly TestNode[]
  readonly #options: NetworkOptions
  readonly #tables = new Map<TestNode, readonly TestNode[]>()

  constructor(options: NetworkOptions) {
    const values = [...new Set(options.values)].sort((a, b) => (a < b ? -1 : 1))
    this.nodes = values.map((value) => testNode(value, options.width))
    this.#options = options
  }

  /** What `node` knows; generated at the first call, the same afterwards. */
  table(node: TestNode): readonly TestNode[] {
    let table = this.#tables.get(node)
    if (table === undefined) {
      table = this.#draw(node)
      this.#tables.set(node, table)
    }
    return table
  }

  /**
   * The response of `node`: the k nearest that it knows; the querier is left out before the cut.
   */
  answer(node: TestNode, target: bigint, requester?: TestNode): readonly TestNode[] {
    const known = this.table(node).filter((other) => other !== requester)
    return nearest(known, target, this.#options.k)
  }

  #draw(node: TestNode): readonly TestNode[] {
    const { width, k, random, widths = [] } = this.#options
    const table: TestNode[] = []
    for (let shared = 0; shared < 8 * width; shared++) {
      const size = 1n << BigInt(8 * width - shared - 1)
      const low = ((node.value / size) ^ 1n) * size
      const from = this.#rank(low)
      const to = this.#rank(low + size)
      table.push(...this.#some(from, to, widths[shared] ?? k, random))
      const own = (node.value / size) * size
      if (this.#rank(own + size) - this.#rank(own) === 1) break
    }
    return table
  }

  #some(from: number, to: number, count: number, random: Chance): TestNode[] {
    if (to - from <= count) return this.nodes.slice(from, to)
    const picked = new Set<number>()
    while (picked.size < count) picked.add(from + below(to - from, random))
    return [...picked].map((index) => this.nodes[index]!)
  }

  // How many nodes have a lower value.
  #rank(value: bigint): number {
    let low = 0
    let high = this.nodes.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.nodes[middle]!.value < value) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** `count` different values, uniform over the whole width. */
export function uniformValues(count: number, width: number, random: Chance): bigint[] {
  const values = new Set<bigint>()
  while (values.size < count) values.add(randomValue(width, random))
  return [...values]
}

export function randomValue(width: number, random: Chance): bigint {
  let value = 0n
  for (let i = 0; i < width; i++) value = (value << 8n) | BigInt(below(256, random))
  return value
}
