// An honest node as a process of a host: the core of `@dht/node`, unmodified, and the code that
// carries out its effects. It has no sockets, timers or promises. The outcome of an operation goes
// to an observer, or is kept until `takeOutcome` asks for it.

import type { Id } from '@dht/id'
import type { Endpoint } from '@dht/krpc'
import type {
  Command,
  CoreState,
  Effect,
  NodeCore,
  Outcome,
  RoundReport,
  UnencodedTransmit,
} from '@dht/node/core'
import type { UnencodedMessage } from '../network/lazy-packet.ts'
import type { Process, Socket } from './process.ts'

/** A command without its operation id, which the process adds. */
export type Request = Command extends infer C
  ? C extends { readonly operationId: number }
    ? Omit<C, 'operationId'>
    : never
  : never

/** Notified of the results and of the end of an operation. `now` is the host's clock, ms. */
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

  /** @param encodes - whether it sends bytes; if not, it hands over unencoded messages */
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

  /** How many operations have not ended. */
  get open(): number {
    return this.#observers.size
  }

  /** The state that the host saves to disk. */
  state(): CoreState {
    return this.core.state()
  }

  /**
   * Encodes its replies at once, because a message may contain views of `bytes`, which are valid
   * only until this returns.
   */
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

  /** @internal Call `host.execute` instead, which also moves the host's alarm. */
  start(command: Command, now: number): readonly Effect[] {
    return this.#execute(this.core.start(command, now), now)
  }

  /** @internal Creates the id of an operation and registers its observer. */
  openOperation(observer: OperationObserver): number {
    const operationId = ++this.#operationIds
    this.#observers.set(operationId, observer)
    return operationId
  }

  /**
   * Returns the outcome of an operation that has no `settled` observer, and forgets it. Undefined
   * as long as the operation is open.
   */
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
      else
        this.#socket.send(encodes ? effect.bytes : (effect as UnencodedTransmit), effect.endpoint)
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
    if (observer === undefined) throw new Error(`operation ${operationId} was settled twice`)
    this.#observers.delete(operationId)
    if (observer.settled === undefined) this.#outcomes.set(operationId, outcome)
    else observer.settled(outcome, now)
  }
}
