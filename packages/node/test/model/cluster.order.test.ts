// The order of events of one instant does not change what several cores end with. All delays are
// equal, so nearly every instant has several events; the script chooses which comes first.

import { idFromBigInt, idKey } from '@dht/id'
import { type Endpoint, endpoint, formatEndpoint } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { Census, MODEL_TIMEOUT_MS, modelRuns } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Effect } from '../../src/core/effect.ts'
import { NodeCore } from '../../src/core/node-core.ts'
import type { Command } from '../../src/core/operations/command.ts'
import type { Outcome } from '../../src/core/operations/outcome.ts'

const DELAY_MS = 20
const MINUTE_MS = 60_000

interface Node {
  readonly core: NodeCore
  readonly local: Endpoint
  /** By operation id. */
  readonly outcomes: Map<number, Outcome>
}

interface Due {
  readonly at: number
  readonly happen: () => void
}

/** Chooses one of that many. */
type Choose = (among: number) => number

class Instants {
  readonly nodes: readonly Node[]
  readonly #choose: Choose
  #flying: Due[] = []
  now = 0
  /** Instants with more than one event. */
  ties = 0

  constructor(size: number, choose: Choose) {
    this.#choose = choose
    this.nodes = Array.from({ length: size }, (_, n) => {
      const id = idFromBigInt(BigInt(7 * n + 3) << 250n, 32)
      const local = endpoint(`20.0.${n}.1`, 4_000)
      const core = new NodeCore({ id, random: seededRandom(n) })
      core.bound(local)
      return { core, local, outcomes: new Map() }
    })
  }

  begin(node: Node, command: Command): void {
    this.#carryOut(node, node.core.start(command, this.now))
  }

  /** Lets time pass; the events of each instant happen in the chosen order. */
  pass(ms: number): void {
    const until = this.now + ms
    for (let at = this.#nextAt(); at <= until; at = this.#nextAt()) {
      this.now = Math.max(this.now, at)
      const due = this.#due()
      if (due.length > 1) this.ties++
      due[this.#choose(due.length) % due.length]!.happen()
    }
    this.now = until
  }

  #due(): Due[] {
    const wakes = this.nodes
      .filter(({ core }) => (core.nextTimeout(this.now)?.at ?? Infinity) <= this.now)
      .map((node) => ({
        at: this.now,
        happen: () => this.#carryOut(node, node.core.handleTimeout(this.now)),
      }))
    return [...this.#flying.filter(({ at }) => at <= this.now), ...wakes]
  }

  #nextAt(): number {
    const wakes = this.nodes.map(({ core }) => core.nextTimeout(this.now)?.at ?? Infinity)
    return Math.min(...wakes, ...this.#flying.map(({ at }) => at))
  }

  #carryOut(node: Node, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'settle') node.outcomes.set(effect.operationId, effect.outcome)
      if (effect.kind === 'send') this.#send(node, effect.bytes, effect.endpoint)
    }
  }

  #send(from: Node, bytes: Uint8Array, to: Endpoint): void {
    const there = this.nodes.find(({ local }) => formatEndpoint(local) === formatEndpoint(to))
    const datagram: Due = {
      at: this.now + DELAY_MS,
      happen: () => {
        this.#flying = this.#flying.filter((each) => each !== datagram)
        if (there === undefined) return
        this.#carryOut(there, there.core.receive(bytes, from.local, this.now))
      },
    }
    this.#flying.push(datagram)
  }
}

/** All join at once, two announce the same target, and all look it up. */
function life(size: number, choose: Choose): { readonly outcome: object; readonly ties: number } {
  const world = new Instants(size, choose)
  const [first, ...others] = world.nodes as [Node, ...Node[]]
  const target = idFromBigInt(0x55n << 240n, 32)
  for (const node of others) {
    world.begin(node, { kind: 'bootstrap', endpoints: [first.local], routers: [] })
    world.begin(node, { kind: 'join', operationId: 1 })
  }
  world.pass(MINUTE_MS)
  for (const [n, node] of world.nodes.slice(0, 2).entries()) {
    world.begin(node, { kind: 'enter', operationId: 2, target, port: 80 + n })
  }
  world.pass(MINUTE_MS)
  for (const node of world.nodes) {
    world.begin(node, { kind: 'lookup', operationId: 3, target, mode: 'all' })
    world.begin(node, { kind: 'closest', operationId: 4, target })
  }
  world.pass(MINUTE_MS)
  return { outcome: outcomeOf(world), ties: world.ties }
}

/** What does not depend on the order: contacts, stored peers, results and their distances. */
function outcomeOf({ nodes, now }: Instants): object {
  return nodes.map(({ core, outcomes }) => {
    const { overlays, store, operations } = core.inspect(now)
    const members = overlays.flatMap(({ buckets }) => buckets.flatMap((bucket) => bucket.members))
    return {
      members: members.map(({ contact, standing }) => `${idKey(contact.id)} ${standing}`).sort(),
      peers: store.peers.map(({ target, peer }) => `${target.join()} ${peer.join()}`).sort(),
      isIdle:
        operations.length === 0 && overlays.every(({ openQueries }) => openQueries.length === 0),
      found: [3, 4].map((operationId) => {
        const outcome = outcomes.get(operationId)
        if (outcome?.kind !== 'found') return outcome
        const { endpoints, closest } = outcome.result
        return [endpoints.map(formatEndpoint).sort(), closest.map(name)]
      }),
    }
  })
}

const name = ({ id }: { readonly id: Uint8Array }): string => id.join()

it('TIME-50, SIM-D2: the order of events at one instant changes no outcome', {
  timeout: MODEL_TIMEOUT_MS,
}, () => {
  const census = new Census('cluster-order', { 'several events at one instant': 1_000 })
  const usual = new Map<number, object>()
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 6 }), fc.nat({ max: 9_999 }), (size, seed) => {
      const random = seededRandom(seed)
      const expected = usual.get(size) ?? life(size, () => 0).outcome
      usual.set(size, expected)
      const { outcome, ties } = life(size, () => random(1)[0]!)
      census.count('several events at one instant', ties)
      expect(outcome).toEqual(expected)
    }),
    modelRuns(0.06),
  )
  expect(census.close()).toEqual([])
})
