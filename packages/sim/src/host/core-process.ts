// An honest node: the production core, unmodified, with the smallest shell that can carry out what
// it asks for. Wishes are told of their end by a function or kept until somebody takes them.

import type { Id } from '@dht/id'
import type { Endpoint } from '@dht/krpc'
import type { Command, CoreState, Effect, NodeCore, Outcome, RoundReport } from '@dht/node/core'
import type { Unwritten } from '../network/parcel.ts'
import type { Process, Socket } from './process.ts'

/** A command before it has its ticket. */
export type Wish = Command extends infer C
  ? C extends { readonly ticket: number }
    ? Omit<C, 'ticket'>
    : never
  : never

/** Told what becomes of a wish. `now` is the host's clock. */
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
  #tickets = 0

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

  /** Wishes that have not ended. */
  get open(): number {
    return this.#waiters.size
  }

  /** What is saved on disk. */
  state(): CoreState {
    return this.core.state()
  }

  receive(bytes: Uint8Array, from: Endpoint, now: number): readonly Effect[] {
    return this.#carryOut(this.core.receive(bytes, from, now), now)
  }

  receiveMessage(unwritten: Unwritten, from: Endpoint, now: number): readonly Effect[] {
    return this.#carryOut(this.core.receiveMessage(unwritten, from, now), now)
  }

  wake(now: number): readonly Effect[] {
    return this.#carryOut(this.core.wake(now), now)
  }

  nextWake(now: number): number | undefined {
    return this.core.nextWake(now)?.at
  }

  /** @internal By way of the host, which looks after the alarm. */
  begin(command: Command, now: number): readonly Effect[] {
    return this.#carryOut(this.core.begin(command, now), now)
  }

  /** @internal Opens a ticket for a wish. */
  ticket(waiter: Waiter): number {
    const ticket = ++this.#tickets
    this.#waiters.set(ticket, waiter)
    return ticket
  }

  /** The outcome of a wish that nobody waits for, once; undefined while it has none. */
  take(ticket: number): Outcome | undefined {
    const outcome = this.#outcomes.get(ticket)
    this.#outcomes.delete(ticket)
    return outcome
  }

  #carryOut(effects: readonly Effect[], now: number): readonly Effect[] {
    // Not `for of`: most doors put out one effect or none, and iterators are garbage.
    for (let i = 0; i < effects.length; i++) {
      const effect = effects[i] as Effect
      if (effect.kind !== 'send') this.#tell(effect, now)
      else this.#socket.send(this.#writes ? effect.bytes : effect, effect.endpoint)
    }
    return effects
  }

  #tell(effect: Exclude<Effect, { kind: 'send' }>, now: number): void {
    switch (effect.kind) {
      case 'found':
        this.#waiters.get(effect.ticket)?.found?.(effect.endpoints, now)
        break
      case 'round':
        this.#waiters.get(effect.ticket)?.round?.(effect.report, now)
        break
      case 'settle':
        this.#settle(effect.ticket, effect.outcome, now)
        break
      case 'ended':
      case 'trace':
      case 'lonely':
      case 'warning':
        break
    }
  }

  #settle(ticket: number, outcome: Outcome, now: number): void {
    const waiter = this.#waiters.get(ticket)
    if (waiter === undefined) throw new Error(`ticket ${ticket} was settled twice`)
    this.#waiters.delete(ticket)
    if (waiter.settled === undefined) this.#outcomes.set(ticket, outcome)
    else waiter.settled(outcome, now)
  }
}
