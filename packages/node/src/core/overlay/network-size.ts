// Estimates how many nodes an overlay has, from the lookups of this node: the more nodes there are,
// the nearer is the k-th nearest to a target. Among n nodes this distance, as a share of the id
// space, times n follows the gamma distribution with shape k.
//
// An attacker who chooses ids near targets makes distances smaller, and cannot make them larger. So
// the estimate is taken from the upper quartile of the distances: it is right while a quarter of
// the lookups found honest nodes. Each target counts once, so a target that is looked up many times
// does not outweigh the others.
//
// In a network that grows, old lookups found too few nodes. The table is newer: it says how near
// our own neighbours are. An attacker may have chosen ids near ours, so the neighbours raise the
// estimate by a bounded factor only.

import { type Id, idKey } from '@dht/id'
import type { Contact } from '@dht/krpc'
import type { RoutingTable } from '@dht/routing-table'
import { distanceShare } from '@dht/search'
import type { OwnId } from './own-id.ts'

/** Most lookups that count, the latest: ours; the standard error is 6 % then. */
const MAX_SAMPLES = 64
/** Fewer lookups are not used: ours; the standard error is 25 % then. */
const MIN_SAMPLES = 4
const QUARTILE = 0.75
/** The neighbours raise the estimate by at most this factor: ours. */
const MAX_GROWTH = 4
/** The upper quartile of the standard normal distribution. */
const NORMAL_QUARTILE = 0.6745

export class NetworkSize {
  readonly #k: number
  readonly #table: RoutingTable<Contact>
  readonly #ownId: OwnId
  /** Distance to the k-th nearest node, as a share of the id space, by target; oldest first. */
  readonly #samples = new Map<string, number>()
  #estimate: number | undefined

  constructor(init: {
    readonly k: number
    readonly table: RoutingTable<Contact>
    readonly ownId: OwnId
  }) {
    this.#k = init.k
    this.#table = init.table
    this.#ownId = init.ownId
  }

  /**
   * A lookup of `target` has ended.
   *
   * @param closest - the nodes that responded, nearest first; fewer than k: there are no more
   */
  lookupEnded(target: Id, closest: readonly Contact[]): void {
    if (closest.length === 0) return
    const last = closest[this.#k - 1]
    const key = idKey(target)
    this.#samples.delete(key)
    this.#samples.set(key, last === undefined ? 1 : distanceShare(last.id, target))
    const [oldest] = this.#samples.keys()
    if (oldest !== undefined && this.#samples.size > MAX_SAMPLES) this.#samples.delete(oldest)
    this.#estimate = this.#estimated()
  }

  /**
   * How many nodes there are; undefined: fewer than 4 lookups have ended, and the table has fewer
   * than 2k members.
   */
  get nodes(): number | undefined {
    const byNeighbours = this.#nodesByNeighbours()
    const byLookups = this.#estimate ?? byNeighbours
    if (byLookups === undefined) return undefined
    return Math.min(Math.max(byNeighbours ?? 0, byLookups), MAX_GROWTH * byLookups)
  }

  /**
   * Share of the id space around a target in which k nodes are expected, 0 to 1; 0: not known.
   */
  get region(): number {
    const { nodes } = this
    return nodes === undefined ? 0 : Math.min(1, this.#k / nodes)
  }

  /** The estimate from our 2k nearest neighbours, without bias; undefined: there are fewer. */
  #nodesByNeighbours(): number | undefined {
    const { id } = this.#ownId
    const count = 2 * this.#k
    const last = this.#table.closest(id, count)[count - 1]
    const share = last === undefined ? 0 : distanceShare(last.id, id)
    return share === 0 ? undefined : (count - 1) / share
  }

  #estimated(): number | undefined {
    const distances = [...this.#samples.values()].sort((a, b) => a - b)
    if (distances.length < MIN_SAMPLES) return undefined
    const quartile = distances[Math.floor(QUARTILE * distances.length)] as number
    return quartile === 0 ? undefined : gammaQuartile(this.#k) / quartile
  }
}

/** The upper quartile of the gamma distribution with this shape (Wilson and Hilferty, 1931). */
function gammaQuartile(shape: number): number {
  const root = 1 - 1 / (9 * shape) + NORMAL_QUARTILE / (3 * Math.sqrt(shape))
  return shape * root ** 3
}
