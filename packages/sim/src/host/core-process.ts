// An honest node: the production core, unmodified, with the smallest shell that can carry out what
// it asks for. Operations are told of their end by a function or kept until somebody takes them.

import type { Id } from '@dht/id'
import type { Endpoint } from '@dht/krpc'
import type { Command, CoreState, Effect, NodeCore, Outcome, RoundReport } from '@dht/node/core'
import type { UnencodedMessage } from '../network/lazy-packet.ts'
import type { Process, Socket } from './process.ts'

/** A command before it has its operation id. */
export type Request = Command extends infer C
  ? C extends { readonly operationId: number }
    ? Omit<C, 'operationId'>
    : never
  : never

/** Told what becomes of an operation. `now` is the host's clock. */
export interface OperationObserver {
  found?(endpoints: readonly Endpoint[], now: number): void
  round?(report: RoundReport, now: number): void
  settled?(outcome: Outcome, now: number): void
}

export class CoreProcess implements Process {
  readonly core: NodeCore
  readonly #socket: Socket
  readonly #encodes: boolean
  readonly #observers = new Map<number, OperationObserver>()
  readonly #outcomes = new Map<number, Outcome>()
  #operationIds = 0

  /** @param encodes - whether datagrams leave as bytes */
  constructor(core: NodeCore, socket: Socket, encodes: boolean) {
    this.core = core
    this.#socket = socket
    this.#encodes = encodes
    for (const family of [4, 6] as const) {
      const local = socket.local(family)
      if (local !== undefined) core.bound(local)
    }
  }

  get id(): Id {
    return this.core.id
  }

  /** Operations that have not ended. */
  get open(): number {
    return this.#observers.size
  }

  /** What is saved on disk. */
  state(): CoreState {
    return this.core.state()
  }

  /** What leaves for it is written at once: it may hold views of `bytes`, which are only lent. */
  receive(bytes: Uint8Array, from: Endpoint, now: number): readonly Effect[] {
    return this.#execute(this.core.receive(bytes, from, now), now, true)
  }

  receiveMessage(message: UnencodedMessage, from: Endpoint, now: number): readonly Effect[] {
    return this.#execute(this.core.receiveMessage(message, from, now), now)
  }

  handleTimeout(now: number): readonly Effect[] {
    return this.#execute(this.core.handleTimeout(now), now)
  }

  nextTimeout(now: number): number | undefined {
    return this.core.nextTimeout(now)?.at
  }

  /** @internal By way of the host, which looks after the alarm. */
  start(command: Command, now: number): readonly Effect[] {
    return this.#execute(this.core.start(command, now), now)
  }

  /** @internal Opens an operation id for an operation. */
  openOperation(observer: OperationObserver): number {
    const operationId = ++this.#operationIds
    this.#observers.set(operationId, observer)
    return operationId
  }

  /** The outcome of an operation that nobody waits for, once; undefined while it has none. */
  takeOutcome(operationId: number): Outcome | undefined {
    const outcome = this.#outcomes.get(operationId)
    this.#outcomes.delete(operationId)
    return outcome
  }

  #execute(
    effects: readonly Effect[],
    now: number,
    encodes: boolean = this.#encodes,
  ): readonly Effect[] {
    // Not `for of`: most calls return one effect or none, and an iterator would be garbage.
    for (let i = 0; i < effects.length; i++) {
      const effect = effects[i] as Effect
      if (effect.kind !== 'send') this.#notify(effect, now)
      else this.#socket.send(encodes ? effect.bytes : effect, effect.endpoint)
    }
    return effects
  }

  #notify(effect: Exclude<Effect, { kind: 'send' }>, now: number): void {
    switch (effect.kind) {
      case 'found':
        this.#observers.get(effect.operationId)?.found?.(effect.endpoints, now)
        break
      case 'round':
        this.#observers.get(effect.operationId)?.round?.(effect.report, now)
        break
      case 'settle':
        this.#settle(effect.operationId, effect.outcome, now)
        break
      case 'ended':
      case 'trace':
      case 'bootstrap-needed':
      case 'warning':
        break
    }
  }

  #settle(operationId: number, outcome: Outcome, now: number): void {
    const observer = this.#observers.get(operationId)
    if (observer === undefined) throw new Error(`operationId ${operationId} was settled twice`)
    this.#observers.delete(operationId)
    if (observer.settled === undefined) this.#outcomes.set(operationId, outcome)
    else observer.settled(outcome, now)
  }
}
