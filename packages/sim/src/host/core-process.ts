// An honest node: the production core, unmodified, with the smallest shell that can carry out what
// it asks for. Operations are told of their end by a function or kept until somebody takes them.

import type { Id } from '@dht/id'
import type { Endpoint } from '@dht/krpc'
import type { Command, CoreState, Effect, NodeCore, Outcome, RoundReport } from '@dht/node/core'
import type { Unwritten } from '../network/parcel.ts'
import type { Process, Socket } from './process.ts'

/** A command before it has its operation id. */
export type Request = Command extends infer C
  ? C extends { readonly operationId: number }
    ? Omit<C, 'operationId'>
    : never
  : never

/** Told what becomes of an operation. `now` is the host's clock. */
export interface Waiter {
  found?(endpoints: readonly Endpoint[], now: number): void
  round?(report: RoundReport, now: number): void
  settled?(outcome: Outcome, now: number): void
}

export class CoreProcess implements Process {
  readonly core: NodeCore
  readonly #socket: Socket
  readonly #writes: boolean
  readonly #waiters = new Map<number, Waiter>()
  readonly #outcomes = new Map<number, Outcome>()
  #operationIds = 0

  /** @param writes - whether datagrams leave as bytes */
  constructor(core: NodeCore, socket: Socket, writes: boolean) {
    this.core = core
    this.#socket = socket
    this.#writes = writes
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
    return this.#waiters.size
  }

  /** What is saved on disk. */
  state(): CoreState {
    return this.core.state()
  }

  /** What leaves for it is written at once: it may hold views of `bytes`, which are only lent. */
  receive(bytes: Uint8Array, from: Endpoint, now: number): readonly Effect[] {
    return this.#carryOut(this.core.receive(bytes, from, now), now, true)
  }

  receiveMessage(unwritten: Unwritten, from: Endpoint, now: number): readonly Effect[] {
    return this.#carryOut(this.core.receiveMessage(unwritten, from, now), now)
  }

  wake(now: number): readonly Effect[] {
    return this.#carryOut(this.core.handleTimeout(now), now)
  }

  nextTimeout(now: number): number | undefined {
    return this.core.nextTimeout(now)?.at
  }

  /** @internal By way of the host, which looks after the alarm. */
  begin(command: Command, now: number): readonly Effect[] {
    return this.#carryOut(this.core.start(command, now), now)
  }

  /** @internal Opens an operation id for an operation. */
  operationId(waiter: Waiter): number {
    const operationId = ++this.#operationIds
    this.#waiters.set(operationId, waiter)
    return operationId
  }

  /** The outcome of an operation that nobody waits for, once; undefined while it has none. */
  take(operationId: number): Outcome | undefined {
    const outcome = this.#outcomes.get(operationId)
    this.#outcomes.delete(operationId)
    return outcome
  }

  #carryOut(
    effects: readonly Effect[],
    now: number,
    writes: boolean = this.#writes,
  ): readonly Effect[] {
    // Not `for of`: most doors put out one effect or none, and iterators are garbage.
    for (let i = 0; i < effects.length; i++) {
      const effect = effects[i] as Effect
      if (effect.kind !== 'send') this.#tell(effect, now)
      else this.#socket.send(writes ? effect.bytes : effect, effect.endpoint)
    }
    return effects
  }

  #tell(effect: Exclude<Effect, { kind: 'send' }>, now: number): void {
    switch (effect.kind) {
      case 'found':
        this.#waiters.get(effect.operationId)?.found?.(effect.endpoints, now)
        break
      case 'round':
        this.#waiters.get(effect.operationId)?.round?.(effect.report, now)
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
    const waiter = this.#waiters.get(operationId)
    if (waiter === undefined) throw new Error(`operationId ${operationId} was settled twice`)
    this.#waiters.delete(operationId)
    if (waiter.settled === undefined) this.#outcomes.set(operationId, outcome)
    else waiter.settled(outcome, now)
  }
}
