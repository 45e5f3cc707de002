// The calls of a node's user. Each becomes an operation of the core and is told of its end exactly
// once, also when its signal is aborted or the node is closed.

import type { Command } from '../core/operations/command.ts'
import type { Outcome } from '../core/operations/outcome.ts'
import { onAbort } from './abort-signals.ts'
import { type CallOptions, toCallOptions } from './arguments.ts'
import type { Driver } from './driver.ts'
import { goesOn, type OperationWaiters, type Waiter } from './operation-waiters.ts'
import { closedError, outcomeError } from './outcome-error.ts'
import { type Answer, toPlain } from './plain.ts'

/** Makes the command for an operation id. */
export type CommandOf = (operationId: number) => Command

export class Calls {
  readonly #driver: Driver
  readonly #operations: OperationWaiters
  #isClosed = false

  constructor(driver: Driver, operations: OperationWaiters) {
    this.#driver = driver
    this.#operations = operations
  }

  /**
   * Starts an operation whose waiter is told what becomes of it.
   *
   * @returns its operation id; undefined if the node is closed or the signal is aborted: then
   *   `waiter.failed` has been called
   */
  start(command: CommandOf, waiter: Waiter, signal?: AbortSignal): number | undefined {
    if (this.#isClosed || signal?.aborted) {
      waiter.failed(this.#isClosed ? closedError() : signal?.reason)
      return undefined
    }
    const operationId = this.#operations.open({
      ...waiter,
      settled: (outcome) => {
        if (!goesOn(outcome)) unlisten?.()
        if (outcome.kind === 'cancelled' && signal?.aborted) waiter.failed(signal.reason)
        else waiter.settled(outcome)
      },
      ended: () => {
        unlisten?.()
        if (signal?.aborted) waiter.failed(signal.reason)
        else waiter.ended?.()
      },
      failed: (error) => {
        unlisten?.()
        waiter.failed(error)
      },
    })
    const unlisten = signal && onAbort(signal, () => this.cancel(operationId))
    this.#driver.start(command(operationId))
    return operationId
  }

  /** Starts a command without an end to wait for. @throws {DhtNodeError} when the node is closed */
  send(command: Command): void {
    if (this.#isClosed) throw closedError()
    this.#driver.start(command)
  }

  /** Starts an operation and resolves with its end. */
  ask(command: CommandOf, options: CallOptions): Promise<Outcome> {
    return this.outcome(command, toCallOptions(options))
  }

  /** @param listener - is told of what happens before the end */
  outcome(
    command: CommandOf,
    { signal }: CallOptions,
    listener: Pick<Waiter, 'step'> = {},
  ): Promise<Outcome> {
    return new Promise((settled, failed) => {
      this.start(command, { ...listener, settled, failed }, signal)
    })
  }

  /** Sends one query to one node and resolves with its response. */
  async query(command: CommandOf, options: CallOptions): Promise<Answer> {
    const outcome = await this.ask(command, options)
    if (outcome.kind !== 'answered') throw outcomeError(outcome)
    return toPlain(outcome.answer)
  }

  /** @param operationId - undefined: of an operation that was not started */
  cancel(operationId: number | undefined): void {
    if (operationId === undefined || this.#isClosed) return
    this.#driver.start({ kind: 'cancel', operationId })
  }

  /** Fails every open call, and each that is made from now on. */
  close(): void {
    this.#isClosed = true
    this.#operations.closeAll(closedError())
  }
}
