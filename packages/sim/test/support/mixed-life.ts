// One run of a mixed network with all invariants checked. Two foreign nodes join, both
// implementations publish and look up, and one foreign node is suspended, resumes, and crashes.

import type { Id } from '@dht/id'
import { formatEndpoint } from '@dht/krpc'
import { allInvariants, Chance, type Host, InvariantChecker } from '@dht/sim'
import { ForeignNodeInvariant } from './foreign-node-invariant.ts'
import { type ForeignHost, MixedWorld, nextTo } from './mixed-world.ts'

const NODES = 30
const PUBLISHERS = 6
/**
 * Number of our nodes that look up while one foreign node is away. Each sends dozens of queries.
 */
const READERS = 8
const PORT = 7_777
/**
 * As many as the foreign client has by default. It sends its first query once to each of them. If
 * the response of the only one is lost, it counts as joined with an empty table, and does not query
 * for nodes again before its first lookup. That is what happens with one and seed 3.
 */
const BOOTSTRAP_NODES = 3

/** What several nodes have found, each as `address:port`, and what they had to find. */
export interface Finding {
  readonly found: readonly (readonly string[])[]
  readonly expected: readonly string[]
}

export class MixedLife {
  /** What foreign nodes found of what our nodes have published and store. */
  readonly byThem: Finding[] = []
  /** What each of our nodes found of what a foreign node announced. */
  readonly byOurs: Finding[] = []
  /** What both found while a foreign holder was suspended, and after it had crashed. */
  readonly withoutOne: Finding[] = []
  /**
   * Writes of foreign nodes that were accepted, as they were told, and writes that foreign nodes
   * accepted.
   */
  readonly writes: { told: number; foreign: number } = { told: 0, foreign: 0 }
  /** What our nodes wrote to the foreign node nearest to the key, and what they published. */
  readonly written: readonly string[]
  readonly entered: readonly string[]
  readonly checker: InvariantChecker
  readonly foreignInvariants: readonly ForeignNodeInvariant[]
  /** Warnings of the foreign nodes' clients. */
  readonly warnings: readonly string[]
  readonly #mixed: MixedWorld
  /**
   * A key that is stored by the foreign nodes and some of ours, and one that is stored by ours
   * only.
   */
  readonly #near: Id
  readonly #far: Id
  readonly #one: ForeignHost
  readonly #other: ForeignHost

  constructor({ seed, loss }: { readonly seed: number; readonly loss: number }) {
    this.#mixed = new MixedWorld(seed, { loss })
    const { world } = this.#mixed
    const hosts: [Host, Host] = [world.addHost(), world.addHost()]
    this.foreignInvariants = hosts.map((host) => new ForeignNodeInvariant(host))
    const invariants = [...allInvariants(Chance.of('judges')), ...this.foreignInvariants]
    this.checker = new InvariantChecker({ name: 'all', invariants })
    world.watch((event) => this.checker.afterEvent(world, event))
    world.grow(NODES)
    this.#near = this.#mixed.anyId()
    this.#far = this.#mixed.idFarFrom(this.#near)
    // No other nodes are nearer, so these must be holders and each lookup must query them.
    this.#one = this.#mixed.addForeignNode(nextTo(this.#near), hosts[0], BOOTSTRAP_NODES)
    this.#other = this.#mixed.addForeignNode(nextTo(this.#near, 2), hosts[1], BOOTSTRAP_NODES)
    this.entered = this.#mixed.enter([this.#near, this.#far], PUBLISHERS).expected
    this.#exchange()
    this.written = this.#one.node.writtenAt(this.#near)
    this.#fallSilent()
    this.#end()
    this.checker.atEnd(world)
    this.warnings = [this.#one, this.#other].flatMap(({ node }) => node.warnings)
  }

  #exchange(): void {
    this.#lookThem()
    this.#announce(PORT)
    this.#announce()
  }

  #fallSilent(): void {
    this.#one.host.suspend()
    this.#lookWithoutOne()
    this.#one.host.resume()
    this.#announce(PORT)
    this.#lookThem()
  }

  #end(): void {
    this.#one.host.crash()
    this.#lookWithoutOne()
  }

  #lookThem(): void {
    const found = [this.#one, this.#other].map((guest) => this.#lookOne(guest))
    this.byThem.push({ found, expected: this.entered })
  }

  #lookWithoutOne(): void {
    const { world, chance } = this.#mixed
    const readers = chance.sample(world.honest, READERS)
    const found = [...this.#mixed.finds(readers, this.#near), this.#lookOne(this.#other)]
    this.withoutOne.push({ found, expected: this.entered })
  }

  #lookOne({ node }: ForeignHost): string[] {
    this.#mixed.finish(node.lookup(this.#far))
    return node.found(this.#far)
  }

  /** Announces a new key, which all of our nodes look up. @param port - default: the socket's */
  #announce(port?: number): void {
    const { host, node } = this.#one
    const target = this.#mixed.idFarFrom(this.#near)
    this.writes.told += this.#mixed.finish(node.announce(target, port)).count
    this.writes.foreign += this.#other.node.writtenAt(target).length
    const expected = [formatEndpoint({ ...host.endpoint, port: port ?? host.endpoint.port })]
    this.byOurs.push({ found: this.#mixed.finds(this.#mixed.world.honest, target), expected })
  }
}
