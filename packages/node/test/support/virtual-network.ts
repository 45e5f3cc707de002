// A network of real node cores in one process under virtual time: one event queue, one clock,
// seeded randomness. The network delays and loses datagrams; the cores are production code. The
// same seed gives the same run, event for event.

import { type Id, idFromBytes, type RandomSource, randomId } from '@dht/id'
import { contact, dht256, type Endpoint, endpoint, formatEndpoint } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import TinyQueue from 'tinyqueue'
import type { CoreOptions } from '../../src/core/config/core-options.ts'
import type { Effect, LookupStepTaken } from '../../src/core/effect.ts'
import { NodeCore } from '../../src/core/node-core.ts'
import type { Command } from '../../src/core/operations/command.ts'
import type { LookupResult, Outcome, RoundReport } from '../../src/core/operations/outcome.ts'

interface Event {
  readonly at: number
  /** Events at one instant happen in the order in which they were added. */
  readonly order: number
  readonly happen: () => void
}

/** A command before it has its operation id. */
export type Request = Command extends infer C
  ? C extends { operationId: number }
    ? Omit<C, 'operationId'>
    : never
  : never

export interface VirtualNetworkOptions {
  readonly seed?: number
  /** One way, ms. */
  readonly latencyMs?: number
  /** Added to the latency of each datagram, uniform from 0 up to this, ms. */
  readonly jitterMs?: number
  /** Share of datagrams lost, 0..1. */
  readonly loss?: number
  readonly core?: CoreOptions
}

export class VirtualNode {
  readonly core: NodeCore
  readonly local: Endpoint
  readonly outcomes: Map<number, Outcome> = new Map()
  readonly found: Map<number, Endpoint[]> = new Map()
  readonly rounds: RoundReport[] = []
  /** The steps of traced lookups. */
  readonly steps: LookupStepTaken[] = []
  readonly #network: VirtualNetwork
  #alarmAt = Number.POSITIVE_INFINITY
  #operationIds = 0
  isAlive = true

  constructor(network: VirtualNetwork, local: Endpoint, core: NodeCore) {
    this.#network = network
    this.local = local
    this.core = core
    core.bound(local)
  }

  get id(): Id {
    return this.core.id
  }

  /** Starts an operation. @returns its operation id; the outcome appears in `outcomes` later */
  request(request: Request): number {
    const operationId = ++this.#operationIds
    this.start({ ...request, operationId } as Command)
    return operationId
  }

  start(command: Command): void {
    this.carryOut(this.core.start(command, this.#network.now))
  }

  /** Knows `others` as bootstrap contacts and joins. */
  join(others: readonly VirtualNode[]): number {
    this.start({ kind: 'bootstrap', endpoints: others.map((o) => o.local), routers: [] })
    return this.request({ kind: 'join' })
  }

  /** Stops for good: receives nothing, sends nothing, handles no timeout. */
  crash(): void {
    this.isAlive = false
  }

  receive(bytes: Uint8Array, from: Endpoint): void {
    if (this.isAlive) this.carryOut(this.core.receive(bytes, from, this.#network.now))
  }

  carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'send') this.#network.deliver(effect.bytes, this.local, effect.endpoint)
      if (effect.kind === 'settle') this.#settle(effect.operationId, effect.outcome)
      if (effect.kind === 'lookup-step') this.steps.push(effect)
      if (effect.kind === 'round') this.rounds.push(effect.report)
      if (effect.kind === 'found') {
        this.found.set(effect.operationId, [
          ...(this.found.get(effect.operationId) ?? []),
          ...effect.endpoints,
        ])
      }
    }
    this.#rearm()
  }

  #settle(operationId: number, outcome: Outcome): void {
    if (this.outcomes.has(operationId))
      throw new Error(`operationId ${operationId} was settled twice`)
    this.outcomes.set(operationId, outcome)
  }

  #rearm(): void {
    const next = this.core.nextTimeout(this.#network.now)
    if (next === undefined || next.at >= this.#alarmAt) return
    const at = next.at
    this.#alarmAt = at
    this.#network.at(at, () => {
      if (this.#alarmAt !== at || !this.isAlive) return
      this.#alarmAt = Number.POSITIVE_INFINITY
      this.carryOut(this.core.handleTimeout(this.#network.now))
    })
  }
}

export class VirtualNetwork {
  now = 0
  readonly random: RandomSource
  /**
   * Randomness of the network alone: what happens to one datagram must not change the ids of nodes.
   */
  readonly #wire: RandomSource
  /** Datagrams sent so far, lost ones included. */
  sent = 0
  bytesSent = 0
  loss: number
  /**
   * Sees every datagram and decides about it. @returns how often it arrives: false (never), true
   * (once), or a number
   */
  onDatagram: (bytes: Uint8Array, from: Endpoint, to: Endpoint) => boolean | number = () => true
  readonly nodes: VirtualNode[] = []
  readonly #options: VirtualNetworkOptions
  readonly #queue = new TinyQueue<Event>([], (a, b) => a.at - b.at || a.order - b.order)
  readonly #byEndpoint = new Map<string, VirtualNode>()
  #order = 0

  constructor(options: VirtualNetworkOptions = {}) {
    this.#options = options
    this.random = seededRandom(options.seed ?? 1)
    this.#wire = seededRandom((options.seed ?? 1) + 1_000_000)
    this.loss = options.loss ?? 0
  }

  /** A node at an address of its own; not yet joined. */
  add(
    init: { readonly local?: Endpoint; readonly id?: Id; readonly core?: CoreOptions } = {},
  ): VirtualNode {
    const n = this.nodes.length + 1
    const local = init.local ?? endpoint(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, 3739)
    const options = { ...this.#options.core, ...init.core }
    const id = init.id ?? randomId((options.network ?? dht256).idLength, this.random)
    const seed = this.random(4)
    const random = seededRandom(new DataView(seed.buffer).getUint32(0))
    const node = new VirtualNode(
      this,
      local,
      new NodeCore({ id: idFromBytes(id), random }, options),
    )
    this.nodes.push(node)
    this.#byEndpoint.set(formatEndpoint(local), node)
    return node
  }

  /** `count` nodes, each joining through the first, one after the other has settled. */
  grow(count: number, core: CoreOptions = {}): VirtualNode[] {
    const grown: VirtualNode[] = []
    for (let i = 0; i < count; i++) {
      const node = this.add({ core })
      node.join(this.nodes.slice(0, 1).filter((other) => other !== node))
      this.advance(2_000)
      grown.push(node)
    }
    return grown
  }

  /** Makes all nodes know one another, as far as their tables have room, by pings: no join. */
  introduceAll(): void {
    const everybody = this.alive.map((node) => contact(node.id, node.local))
    for (const node of this.alive) {
      node.core.restore(everybody)
      for (const { endpoint: to } of node.core.state().contacts) node.request({ kind: 'ping', to })
    }
    this.advance(1_000)
  }

  at(at: number, happen: () => void): void {
    this.#queue.push({ at: Math.max(at, this.now), order: this.#order++, happen })
  }

  deliver(bytes: Uint8Array, from: Endpoint, to: Endpoint): void {
    this.sent++
    this.bytesSent += bytes.length
    const times = Number(this.onDatagram(bytes, from, to))
    if (times === 0 || this.#draw() < this.loss) return
    const { latencyMs = 25, jitterMs = 0 } = this.#options
    for (let i = 0; i < times; i++) {
      this.inject(bytes, { from, to, afterMs: latencyMs + this.#draw() * jitterMs })
    }
  }

  /** Delivers a datagram to `to` as if `from` had sent it, without loss or delay. */
  inject(
    bytes: Uint8Array,
    way: { readonly from: Endpoint; readonly to: Endpoint; readonly afterMs?: number },
  ): void {
    const copy = bytes.slice()
    this.at(this.now + (way.afterMs ?? 0), () => {
      this.#byEndpoint.get(formatEndpoint(way.to))?.receive(copy, way.from)
    })
  }

  /** Lets time pass; everything due in it happens in order. */
  advance(ms: number): void {
    const until = this.now + ms
    for (
      let next = this.#queue.peek();
      next !== undefined && next.at <= until;
      next = this.#queue.peek()
    ) {
      this.#queue.pop()
      this.now = next.at
      next.happen()
    }
    this.now = until
  }

  /** Lets time pass until an operation has its outcome, at most ten minutes. */
  settle(node: VirtualNode, operationId: number): Outcome {
    for (let waited = 0; waited < 600_000 && !node.outcomes.has(operationId); waited += 50)
      this.advance(50)
    const outcome = node.outcomes.get(operationId)
    if (outcome === undefined)
      throw new Error(`operationId ${operationId} has no end after ten minutes`)
    return outcome
  }

  lookup(node: VirtualNode, target: Id, mode: 'all' | 'first' = 'all'): LookupResult {
    const outcome = this.settle(node, node.request({ kind: 'lookup', target, mode }))
    if (outcome.kind !== 'found') throw new Error(`the lookup ended as ${outcome.kind}`)
    return outcome.result
  }

  get alive(): VirtualNode[] {
    return this.nodes.filter((node) => node.isAlive)
  }

  #draw(): number {
    return new DataView(this.#wire(4).buffer).getUint32(0) / 2 ** 32
  }
}
