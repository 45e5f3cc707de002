// Items in a network of both implementations: each puts items that the other gets. Two foreign
// nodes are among the nearest of some targets, so they store what ours put.

import { decodeValue } from '@dht/krpc'
import { ItemGoal, nobleCrypto, type PutReport } from '@dht/node/core'
import { allInvariants, Chance, type Host, InvariantChecker } from '@dht/sim'
import { ItemSoundness } from '../../src/invariants/items.ts'
import { ForeignNodeInvariant } from './foreign-node-invariant.ts'
import type { Written } from './item-author.ts'
import { type ForeignHost, MixedWorld, nextTo } from './mixed-world.ts'

const NODES = 30
/** As many as the foreign client has by default. */
const BOOTSTRAP_NODES = 3

/** What a node got: the text and the sequence number, or nothing. */
export interface Got {
  readonly text: string
  readonly seq: number | undefined
}

export class MixedItems {
  readonly mixed: MixedWorld
  readonly checker: InvariantChecker
  readonly foreign: readonly ForeignHost[]
  readonly foreignInvariants: readonly ForeignNodeInvariant[]
  readonly #soundness = new ItemSoundness()

  /** @param near - the foreign nodes are among the nearest of its target */
  constructor({ seed, loss }: { readonly seed: number; readonly loss: number }, near: Written) {
    this.mixed = new MixedWorld(seed, { loss })
    const { world } = this.mixed
    const hosts: [Host, Host] = [world.addHost(), world.addHost()]
    this.foreignInvariants = hosts.map((host) => new ForeignNodeInvariant(host))
    const usual = allInvariants(Chance.of('judges')).filter(
      (each) => !(each instanceof ItemSoundness),
    )
    const invariants = [...usual, this.#soundness, ...this.foreignInvariants]
    this.checker = new InvariantChecker({ name: 'some steps', invariants, every: 5 })
    world.watch((event) => this.checker.afterEvent(world, event))
    world.grow(NODES)
    this.foreign = hosts.map((host, i) =>
      this.mixed.addForeignNode(nextTo(near.target, i + 1), host, BOOTSTRAP_NODES),
    )
  }

  /** One of our nodes puts an item. */
  putByOurs(host: Host, { ours }: Written): PutReport {
    const outcome = this.mixed.world.settle(host, host.request({ kind: 'put', put: ours }))
    if (outcome.kind === 'put') return outcome.report
    throw new Error(`expected a report, got ${outcome.kind}`)
  }

  /** A foreign node puts an item. @returns the number of nodes that accepted it */
  putByThem({ node }: ForeignHost, { ours, theirs }: Written): number {
    this.#soundness.wasPut(ours.item, this.mixed.world.now)
    const { failure, count } = this.mixed.finish(node.put(theirs))
    if (failure !== undefined) throw failure
    return count
  }

  getByOurs(host: Host, { target, salt }: Written): Got | undefined {
    const goal = new ItemGoal({ target, salt, crypto: nobleCrypto })
    const outcome = this.mixed.world.settle(host, host.request({ kind: 'lookup-goal', goal }))
    if (outcome.kind !== 'found') throw new Error(`expected found, got ${outcome.kind}`)
    const { item } = goal
    if (item === undefined) return undefined
    const { signed } = item
    const text = textOf(decodedValue(item.v))
    return { text, seq: signed === undefined ? undefined : Number(signed.seq) }
  }

  getByThem({ node }: ForeignHost, { target, salt }: Written): Got | undefined {
    const get = node.get(target, salt.length === 0 ? undefined : Buffer.from(salt))
    this.mixed.finish(get)
    if (get.failure !== undefined) throw get.failure
    return get.item && { text: textOf(get.item.v), seq: get.item.seq }
  }

  /** What each of our nodes gets. */
  allOurs(written: Written): (Got | undefined)[] {
    return this.mixed.world.honest.map((host) => this.getByOurs(host, written))
  }
}

export const asGot = ({ text, seq }: Written): Got => ({ text, seq })

function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  throw new Error(`expected a byte string, got ${typeof value}`)
}

function decodedValue(encoded: Uint8Array): unknown {
  const decoded = decodeValue(encoded)
  return decoded.kind === 'value' ? decoded.value : undefined
}
