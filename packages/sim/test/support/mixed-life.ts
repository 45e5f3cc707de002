// One life of a mixed network with every checker in it: two foreign nodes come, both makes put
// something there and look for it, one of the two falls silent, comes back, and crashes.

import type { Id } from '@dht/id'
import { formatEndpoint } from '@dht/krpc'
import { allInvariants, Chance, type Host, InvariantChecker } from '@dht/sim'
import { ForeignNodeInvariant } from './foreign-node-invariant.ts'
import { type ForeignHost, MixedWorld, nextTo } from './mixed-world.ts'

const NODES = 30
const PUBLISHERS = 6
/** Those of ours who look while one is away: some, for each asks dozens. */
const READERS = 8
const PORT = 7_777

/** What all who looked have found, each as `address:port`, and what was there. */
export interface Finding {
  readonly found: readonly (readonly string[])[]
  readonly expected: readonly string[]
}

export class MixedLife {
  /** What foreign nodes found of what ours entered and hold. */
  readonly byThem: Finding[] = []
  /** What each of ours found of what a foreign node announced. */
  readonly byOurs: Finding[] = []
  /** What both makes found while a foreign holder was silent, and when it had crashed. */
  readonly withoutOne: Finding[] = []
  /** Writes that foreign nodes were told were accepted, and those that foreign nodes accepted. */
  readonly writes: { told: number; foreign: number } = { told: 0, foreign: 0 }
  /** What ours wrote to the one that is nearest to it; and what they entered. */
  readonly written: readonly string[]
  readonly entered: readonly string[]
  readonly checker: InvariantChecker
  readonly foreignInvariants: readonly ForeignNodeInvariant[]
  /** Of foreign nodes: what they found strange. */
  readonly warnings: readonly string[]
  readonly #mixed: MixedWorld
  /** Held by the foreign nodes and some of ours; and by ours alone. */
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
    // Nobody is nearer: they have to be holders, and whoever looks has to ask them.
    this.#one = this.#mixed.addForeignNode(nextTo(this.#near), hosts[0])
    this.#other = this.#mixed.addForeignNode(nextTo(this.#near, 2), hosts[1])
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

  /** Something new, that all of ours look for. @param port - default: that of its socket */
  #announce(port?: number): void {
    const { host, node } = this.#one
    const target = this.#mixed.idFarFrom(this.#near)
    this.writes.told += this.#mixed.finish(node.announce(target, port)).count
    this.writes.foreign += this.#other.node.writtenAt(target).length
    const expected = [formatEndpoint({ ...host.endpoint, port: port ?? host.endpoint.port })]
    this.byOurs.push({ found: this.#mixed.finds(this.#mixed.world.honest, target), expected })
  }
}
