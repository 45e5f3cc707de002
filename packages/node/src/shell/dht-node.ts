// The facade that people use: promises, async iterables, AbortSignal, `await using`. Checks what
// comes in, gives every call an operation id, and turns outcomes into results, which are plain
// data. Knows nothing of Kademlia.

import type { Endpoint } from '@dht/krpc'
import type { NodeCore } from '../core/node-core.ts'
import type { Command } from '../core/operations/command.ts'
import type { Outcome } from '../core/operations/outcome.ts'
import { WITHDRAWAL_MS } from '../core/publishing/withdrawal.ts'
import type { Keeper } from '../state/keeper.ts'
import { onAbort } from './abort-signals.ts'
import {
  type CallOptions,
  type CloseOptions,
  type EndpointLike,
  type IdLike,
  type LookupOptions,
  toCallOptions,
  toCloseOptions,
  toEndpoint,
  toId,
  toLookupOptions,
  toPort,
  toWrite,
  type Write,
} from './arguments.ts'
import type { Bootstrap } from './bootstrap.ts'
import type { Driver } from './driver.ts'
import type { Feed } from './feed.ts'
import { Handle } from './handle.ts'
import { goesOn, type OperationWaiters, type Waiter } from './operation-waiters.ts'
import { closedError, outcomeError } from './outcome-error.ts'
import {
  type Answer,
  type Contact,
  type JoinResult,
  type LookupResult,
  type NodeEvent,
  type NodeInfo,
  type RoundReport,
  toPlain,
} from './plain.ts'

/** Awaited: everything found. Iterated: endpoints as they are found, each once. */
export type Lookup = Handle<Endpoint, LookupResult>

/**
 * Awaited: the first report. Iterated: every report, until the entry is deleted, entered anew or
 * the node closed; a round that waits for slow nodes makes two. Leaving the loop leaves the entry
 * as it is.
 */
export type Entry = Handle<RoundReport, RoundReport>

/** Endpoints that a lookup keeps for slow readers; more than any lookup can find. */
const KEPT_ENDPOINTS = 65_536

/** Reports that an entry keeps for slow readers: twelve hours of regular rounds. */
const KEPT_ROUNDS = 16

/** What a node is made of; {@link createNode} puts it together. */
export interface DhtNodeParts {
  readonly core: NodeCore
  readonly driver: Driver
  readonly operations: OperationWaiters
  readonly events: Feed<NodeEvent>
  readonly keeper: Keeper | undefined
  readonly bootstrap: Bootstrap
  readonly idLength: number
}

export class DhtNode {
  /** Our own id, of the network's width, in lower-case hex. */
  readonly id: string
  readonly #parts: DhtNodeParts
  #watchers = 0
  #closing: Promise<void> | undefined

  /** @internal Use {@link createNode}. */
  constructor(parts: DhtNodeParts) {
    this.#parts = parts
    this.id = toPlain(parts.core.id)
  }

  /** The endpoints our sockets are bound to, or were last, one per address family. */
  get endpoints(): readonly Endpoint[] {
    return toPlain(this.#parts.driver.endpoints)
  }

  /**
   * Resolves when the node has looked for its place in the network: with how many contacts it then
   * knows, 0 when it found nobody (it goes on trying by itself), and how many bootstrap nodes
   * answered.
   */
  async joined(options: CallOptions = {}): Promise<JoinResult> {
    const outcome = await this.#ask((operationId) => ({ kind: 'join', operationId }), options)
    if (outcome.kind !== 'joined') throw outcomeError(outcome)
    return toPlain(outcome.result)
  }

  /**
   * Registers `port` at our own address under `id`, at once and then every half-hour (in Mainline
   * every quarter of an hour), until `delete` or `close`. Others see the address that our datagrams
   * come from. The same id again replaces the port.
   *
   * @param id - the network's width, as bytes or hex
   * @param port - 1..65535
   * @throws {IdLengthError | IdFormatError | DhtNodeError} for arguments that can't be used
   */
  enter(id: IdLike, port: number): Entry {
    const target = toId(id, this.#parts.idLength)
    const operation = { kind: 'enter', target, port: toPort(port) } as const
    const entry: Entry = new Handle(KEPT_ROUNDS, () => {})
    this.#begin((operationId) => ({ ...operation, operationId }), {
      round: (report) => {
        const told: RoundReport = toPlain(report)
        entry.resolve(told)
        entry.push(told)
      },
      settled: (outcome) => {
        if (outcome.kind === 'withdrawn') entry.end()
        entry.fail(outcomeError(outcome))
      },
      failed: (error) => {
        entry.end()
        entry.fail(error)
      },
    })
    return entry
  }

  /**
   * Stops registering `id` at once. In `dht256` the nodes that hold it are asked to forget it; in
   * Mainline there is no such thing, and it fades within an hour. Unknown ids are no error.
   *
   * @throws {IdLengthError | IdFormatError | DhtNodeError} for an id of another width, or when
   *   closed
   */
  delete(id: IdLike): void {
    const target = toId(id, this.#parts.idLength)
    if (this.#closing !== undefined) throw closedError()
    this.#parts.driver.start({ kind: 'delete', target })
  }

  /**
   * Finds the endpoints registered under `id`: our own entry, then our store's, then the network's.
   * Leaving a `for await` loop early cancels the lookup, unless somebody else reads or awaits it.
   * In the default mode the promise does not wait for nodes that are slow, unless nothing was
   * found; the loop also gets what these say later.
   *
   * @throws {IdLengthError | IdFormatError | DhtNodeError} for arguments that can't be used
   */
  lookup(id: IdLike, options: LookupOptions = {}): Lookup {
    const target = toId(id, this.#parts.idLength)
    const { mode, signal } = toLookupOptions(options)
    const lookup: Lookup = new Handle(KEPT_ENDPOINTS, () => this.#cancel(operationId))
    const waiter: Waiter = {
      found: (endpoints) => {
        for (const endpoint of endpoints) lookup.push(toPlain(endpoint))
      },
      settled: (outcome) => {
        if (outcome.kind !== 'found') return lookup.fail(outcomeError(outcome))
        lookup.resolve(toPlain(outcome.result))
        if (!goesOn(outcome)) lookup.end()
      },
      ended: () => lookup.end(),
      failed: (error) => lookup.fail(error),
    }
    const command = (operationId: number): Command => ({
      kind: 'lookup',
      operationId,
      target,
      mode,
    })
    const operationId = this.#begin(command, waiter, signal)
    return lookup
  }

  /**
   * Walks to the nodes nearest to `id`: those that answered, nearest first, at most k per address
   * family.
   */
  async closest(id: IdLike, options: CallOptions = {}): Promise<LookupResult> {
    const target = toId(id, this.#parts.idLength)
    const outcome = await this.#ask(
      (operationId) => ({ kind: 'closest', operationId, target }),
      options,
    )
    if (outcome.kind !== 'found') throw outcomeError(outcome)
    return toPlain(outcome.result)
  }

  /** Asks one node whether it lives. Resolves with its contact; rejects when nothing comes back. */
  async ping(to: EndpointLike, options: CallOptions = {}): Promise<Contact> {
    const endpoint = toEndpoint(to)
    const command = (operationId: number): Command => ({ kind: 'ping', operationId, to: endpoint })
    return (await this.#answer(command, options)).contact
  }

  /** Asks one node for the contacts it knows nearest to `id`. */
  async findNode(to: EndpointLike, id: IdLike, options: CallOptions = {}): Promise<Answer> {
    const [endpoint, target] = [toEndpoint(to), toId(id, this.#parts.idLength)]
    return this.#answer(
      (operationId) => ({ kind: 'find-node', operationId, to: endpoint, target }),
      options,
    )
  }

  /** Asks one node for the endpoints registered with it under `id`, and for a write token. */
  async findValue(to: EndpointLike, id: IdLike, options: CallOptions = {}): Promise<Answer> {
    const [endpoint, target] = [toEndpoint(to), toId(id, this.#parts.idLength)]
    return this.#answer(
      (operationId) => ({ kind: 'find-value', operationId, to: endpoint, target }),
      options,
    )
  }

  /**
   * Registers `port` at our address under `id` with one node, with the token that it gave for `id`.
   */
  async store(to: EndpointLike, entry: Write, options: CallOptions = {}): Promise<Answer> {
    const [endpoint, write] = [toEndpoint(to), toWrite(entry, this.#parts.idLength)]
    return this.#answer(
      (operationId) => ({ kind: 'store', operationId, to: endpoint, ...write }),
      options,
    )
  }

  /** Everything about the node at this instant; also after `close`. */
  info(): NodeInfo {
    return toPlain(this.#parts.core.info(this.#parts.driver.now()))
  }

  /** What happens in the node, from the warnings of its start on; ends when the node is closed. */
  events(): AsyncIterableIterator<NodeEvent> {
    this.#watch(1)
    return this.#parts.events.read(() => this.#watch(-1))
  }

  /**
   * Saves, answers nobody any more, and ends every open call with `ERR_DHT_NODE_CLOSED`. Never
   * rejects; safe to call again. In `dht256` it first takes back what it registered, which takes
   * 2 s at most; by default only a node without `state` does.
   *
   * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` for options that can't be used
   */
  close(options: CloseOptions = {}): Promise<void> {
    const { withdraw = this.#parts.keeper === undefined } = toCloseOptions(options)
    this.#closing ??= this.#close(withdraw)
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(withdraws: boolean): Promise<void> {
    const { bootstrap, core, driver, events, keeper, operations } = this.#parts
    bootstrap.close()
    const state = core.state()
    operations.closeAll(closedError())
    if (withdraws && state.announcements.length > 0) await this.#leave()
    await driver.close()
    await keeper?.close(state)
    events.end()
  }

  /** Everything that we publish is taken back, as far as that can be done in 2 s. */
  #leave(): Promise<void> {
    const { driver, operations } = this.#parts
    return new Promise((resolve) => {
      // A clock of the user's may stand still, and a node can be closed all the same.
      const timer = setTimeout(resolve, WITHDRAWAL_MS)
      const end = (): void => {
        clearTimeout(timer)
        resolve()
      }
      const operationId = operations.open({ settled: end, failed: end })
      driver.start({ kind: 'leave', operationId })
    })
  }

  #watch(change: number): void {
    this.#watchers += change
    this.#parts.core.watch(this.#watchers > 0)
  }

  async #answer(command: (operationId: number) => Command, options: CallOptions): Promise<Answer> {
    const outcome = await this.#ask(command, options)
    if (outcome.kind !== 'answered') throw outcomeError(outcome)
    return toPlain(outcome.answer)
  }

  /** One command with one end. */
  #ask(command: (operationId: number) => Command, options: CallOptions): Promise<Outcome> {
    const { signal } = toCallOptions(options)
    return new Promise((settled, failed) => {
      this.#begin(command, { settled, failed }, signal)
    })
  }

  /**
   * Starts an operation; its waiter hears of its end exactly once. A node that is closed and a
   * signal that is aborted meet it like those that will be while it lasts.
   * @returns its operation id; undefined when it was not started
   */
  #begin(
    command: (operationId: number) => Command,
    waiter: Waiter,
    signal?: AbortSignal,
  ): number | undefined {
    if (this.#closing !== undefined || signal?.aborted) {
      waiter.failed(this.#closing === undefined ? signal?.reason : closedError())
      return undefined
    }
    const operationId = this.#parts.operations.open({
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
    const unlisten = signal && onAbort(signal, () => this.#cancel(operationId))
    this.#parts.driver.start(command(operationId))
    return operationId
  }

  #cancel(operationId: number | undefined): void {
    if (operationId === undefined || this.#closing !== undefined) return
    this.#parts.driver.start({ kind: 'cancel', operationId })
  }
}
