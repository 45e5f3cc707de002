// The honest nodes that run at this instant, sorted by id. It follows the events of hosts, so a
// question about live nodes does not have to visit all hosts.

import type { Id } from '@dht/id'
import type { Host } from '../host/host.ts'
import type { World } from '../world.ts'
import { SortedIds } from './sorted-ids.ts'

interface LiveNode {
  readonly id: Id
  readonly host: Host
}

export class LiveNodes {
  readonly #world: World
  readonly #nodes: SortedIds<LiveNode>
  /** By host number: the id under which the node was added. */
  readonly #ids = new Map<number, Id>()

  /** Follows the world from now on. */
  constructor(world: World) {
    this.#world = world
    this.#nodes = new SortedIds<LiveNode>()
    for (const host of world.honest) this.#update(host.number)
    world.watch((event) => {
      if (event.kind === 'host-changed') this.#update(event.host)
    })
  }

  get size(): number {
    return this.#nodes.size
  }

  has(id: Id): boolean {
    return this.#nodes.has(id)
  }

  /** The `count` live nodes nearest to a target, nearest first, without `except`. */
  nearest(target: Id, count: number, except?: Host): Host[] {
    const found = this.#nodes.nearest(target, count + (except === undefined ? 0 : 1))
    const hosts = found.map(({ host }) => host).filter((host) => host !== except)
    return hosts.slice(0, count)
  }

  /** How many live nodes share the first `bits` bits with `id`. */
  countSharing(id: Id, bits: number): number {
    return this.#nodes.countSharing(id, bits)
  }

  #update(number: number): void {
    const host = this.#world.hosts[number] as Host
    const before = this.#ids.get(number)
    if (before !== undefined) this.#nodes.remove(before)
    this.#ids.delete(number)
    if (!host.isAwake || host.core === undefined) return
    this.#ids.set(number, host.core.id)
    this.#nodes.add({ id: host.core.id, host })
  }
}
