// How many nodes an overlay has, as its lookups and our neighbours tell.

import type { Contact } from '@dht/krpc'
import type { NodeContext } from './core-context.ts'
import { numberOf, type Peer } from './core-peer.ts'

const SAMPLES = 64
const FEWEST_SAMPLES = 4
const MOST_GROWTH = 4

/** How many nodes there are, as lookups and our neighbours tell. */
export class NetworkSizeModel {
  readonly #node: NodeContext
  readonly #neighbours: (count: number) => readonly Peer[]
  /** Distances to the k-th nearest as shares of the id space, with their targets; oldest first. */
  #samples: { readonly target: bigint; readonly share: number }[] = []

  constructor(node: NodeContext, neighbours: (count: number) => readonly Peer[]) {
    this.#node = node
    this.#neighbours = neighbours
  }

  lookupEnded(target: bigint, closest: readonly Contact[]): void {
    const { k } = this.#node.config
    if (closest.length === 0) return
    const last = closest[k - 1]
    const share = last === undefined ? 1 : shareOf(this.#node, last, target)
    const others = this.#samples.filter((one) => one.target !== target)
    this.#samples = [...others, { target, share }].slice(-SAMPLES)
  }

  get nodes(): number | undefined {
    const { k } = this.#node.config
    const { self } = this.#node
    const neighbour = this.#neighbours(2 * k)[2 * k - 1]
    const near = neighbour && (2 * k - 1) / shareOf(this.#node, neighbour.contact, self)
    const shares = this.#samples.map(({ share }) => share).sort((a, b) => a - b)
    const quartile = shares[Math.floor(0.75 * shares.length)] ?? 0
    const isKnown = shares.length >= FEWEST_SAMPLES && quartile > 0
    // The upper quartile of the gamma distribution, after Wilson and Hilferty.
    const root = 1 - 1 / (9 * k) + 0.6745 / (3 * Math.sqrt(k))
    const far = isKnown ? (k * root ** 3) / quartile : near
    return far && Math.min(Math.max(near ?? 0, far), MOST_GROWTH * far)
  }

  get region(): number {
    const { nodes } = this
    return nodes === undefined ? 0 : Math.min(1, this.#node.config.k / nodes)
  }
}

/** How far apart two ids are as a share of the id space, to 32 bits. */
function shareOf(node: NodeContext, { id }: Contact, target: bigint): number {
  const bits = BigInt(8 * node.config.network.idLength - 32)
  return Number((numberOf(id) ^ target) >> bits) / 2 ** 32
}
