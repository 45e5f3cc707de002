// What every part of the model of a core may use: the own id, the time, the effects of the core in
// this step, and every contact that was ever named. It knows none of the parts.

import type { Id } from '@dht/id'
import { type Endpoint, encodeMessage, formatEndpoint, type Message } from '@dht/krpc'
import { type AddressServices, addressServices } from '../../src/core/address-services.ts'
import type { CoreConfig } from '../../src/core/config/core-options.ts'
import { type Counters, newCounters } from '../../src/core/counters.ts'
import type { NodeEvent } from '../../src/core/event.ts'
import type { Outcome } from '../../src/core/operations/outcome.ts'
import type { WarningCode } from '../../src/warnings.ts'
import { Oracle } from './core-oracle.ts'
import { idOf, keyFor, numberOf, type Peer, peerOf } from './core-peer.ts'

export class NodeContext {
  readonly selfId: Id
  readonly self: bigint
  readonly config: CoreConfig
  readonly counters: Counters
  /** Those of the core, which have models of their own. */
  readonly addresses: AddressServices
  /** Lookups of this step whose target is unknown, because no query could be sent. */
  unseenTargets = 0
  oracle: Oracle
  now = 0
  /** All that the core drew at random in this step and that the model has not used. */
  draws: readonly Uint8Array[] = []
  /** Is told what happened, to count it. */
  note: (what: string) => void = () => {}
  readonly #endpoints = new Map<string, Endpoint>()
  readonly #peers = new Map<string, Peer>()
  readonly #warned = new Set<WarningCode>()

  constructor(selfId: Id, config: CoreConfig) {
    this.selfId = selfId
    this.self = numberOf(selfId)
    this.config = config
    this.addresses = addressServices(config)
    this.counters = newCounters(config.network.methods.names)
    this.oracle = new Oracle([], config.network)
  }

  /** The next id that the core drew in this step. */
  drawnId(): bigint {
    const { idLength } = this.config.network
    const next = this.draws.find(({ length }) => length === idLength)
    if (next === undefined) throw new Error('expected the core to draw an id')
    this.draws = this.draws.slice(this.draws.indexOf(next) + 1)
    return numberOf(next)
  }

  /** The core drew an id that ends with the bytes of this one. */
  sawDrawn(target: bigint): void {
    const at = this.draws.findIndex((drawn) => {
      const { idLength } = this.config.network
      return drawn.length === idLength && BigInt.asUintN(32, numberOf(drawn) ^ target) === 0n
    })
    if (at >= 0) this.draws = this.draws.toSpliced(at, 1)
  }

  send(to: Endpoint, message: Message): Uint8Array {
    return this.sendBytes(to, this.encode(message))
  }

  sendBytes(to: Endpoint, bytes: Uint8Array): Uint8Array {
    this.counters.datagramsSent++
    this.counters.bytesSent += bytes.length
    return this.oracle.sendBytes(to, bytes)
  }

  encode(message: Message): Uint8Array {
    const { network } = this.config
    const budget = message.kind === 'response' ? network.replyBudget : undefined
    return encodeMessage(message, network, budget)
  }

  trace(event: NodeEvent): void {
    this.oracle.tell({ kind: 'trace', event })
    this.note(`trace: ${event.kind}`)
  }

  /**
   * Expects each warning once. Apart from the expected words, the text is for the core to choose.
   */
  warn(code: WarningCode, ...words: readonly string[]): void {
    if (this.#warned.has(code)) return
    this.#warned.add(code)
    const told = this.oracle.peek('warning')
    const isRight = told?.code === code && words.every((word) => told.message.includes(word))
    if (!isRight) throw new Error(`expected a warning ${code} ${words}, got ${told?.message}`)
    this.oracle.tell(told)
    this.note(`warning: ${code}`)
  }

  settle(operationId: number, outcome: Outcome): void {
    this.oracle.tell({ kind: 'settle', operationId, outcome })
    this.note(outcome.kind === 'failed' ? `failed: ${outcome.reason}` : `settle: ${outcome.kind}`)
  }

  peer(id: Id, endpoint: Endpoint): Peer {
    return this.#peers.get(keyFor(id, endpoint)) ?? this.know(peerOf(id, endpoint))
  }

  know(peer: Peer): Peer {
    const known = this.#peers.get(peer.key)
    if (known === undefined) this.#peers.set(peer.key, peer)
    return known ?? peer
  }

  peerOfKey(key: string): Peer {
    return this.#peers.get(key)!
  }

  /** A query of ours was settled by a message from there, which proves the address. */
  settled(kind: 'responsesReceived' | 'errorsReceived', from: Endpoint): void {
    this.counters[kind]++
    this.addresses.proven.add(from, this.now)
  }

  /** The one object that stands for this endpoint. */
  intern(endpoint: Endpoint): Endpoint {
    const key = formatEndpoint(endpoint)
    const known = this.#endpoints.get(key) ?? endpoint
    this.#endpoints.set(key, known)
    return known
  }

  /**
   * How many queries did not fit depends on the contacts that a lookup would have queried. For a
   * lookup with an unknown target the number of the core is taken, within bounds.
   */
  learnOverflow(seen: number): void {
    const { counters, config } = this
    const doubt = this.unseenTargets * 2 * config.k
    if (Math.abs(seen - counters.queriesOverflowed) <= doubt) counters.queriesOverflowed = seen
    this.unseenTargets = 0
  }

  idOf(value: bigint): Id {
    return idOf(value, this.config.network)
  }
}
