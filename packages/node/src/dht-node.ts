// The facade that people use: promises, async iterables, AbortSignal, `await using`. Checks what comes
// in, gives every wish a ticket, and turns outcomes into results. Knows nothing of Kademlia.

import type { Id } from '@dht/id'
import type { Contact, Endpoint } from '@dht/krpc'
import { type EndpointLike, type IdLike, toEndpoint, toId, toPort, toToken } from './arguments.ts'
import type { Command, LookupMode } from './core/command.ts'
import type { NodeEvent } from './core/event.ts'
import type { CoreInfo } from './core/info.ts'
import type { NodeCore } from './core/node-core.ts'
import type { Answer, LookupResult, Outcome, RoundReport } from './core/outcome.ts'
import type { Driver } from './driver.ts'
import type { Feed } from './feed.ts'
import { Handle } from './handle.ts'
import type { Keeper } from './keeper.ts'
import { closedError, outcomeError } from './outcome-error.ts'
import type { Tickets } from './tickets.ts'

/** Options of calls that can be cancelled. */
export interface CallOptions {
  /** Cancels the wish and frees what it holds at once; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** Awaited: everything found. Iterated: endpoints as they are found, each once. */
export type Lookup = Handle<Endpoint, LookupResult>

/** Awaited: the first round's report. Iterated: every round's report, until the entry is deleted. */
export type Entry = Handle<RoundReport, RoundReport>

/** Endpoints that a lookup keeps for slow readers; more than any lookup can find. */
const KEPT_ENDPOINTS = 65_536

/** Reports that an entry keeps for slow readers: twelve hours of regular rounds. */
const KEPT_ROUNDS = 16

/** What a node is made of; {@link createNode} puts it together. */
export interface DhtNodeParts {
  readonly core: NodeCore
  readonly driver: Driver
  readonly tickets: Tickets
  readonly events: Feed<NodeEvent>
  readonly keeper: Keeper | undefined
  readonly idLength: number
  readonly endpoints: readonly Endpoint[]
}

export class DhtNode {
  readonly #parts: DhtNodeParts
  #watchers = 0
  #closing: Promise<void> | undefined

  /** @internal Use {@link createNode}. */
  constructor(parts: DhtNodeParts) {
    this.#parts = parts
  }

  /** Our own id, of the network's width. */
  get id(): Id {
    return this.#parts.core.id
  }

  /** The endpoints our sockets are bound to, one per address family. */
  get endpoints(): readonly Endpoint[] {
    return this.#parts.endpoints
  }

  /**
   * Resolves when the node has looked for its place in the network: with the contacts it then knows,
   * 0 when it found nobody (it goes on trying by itself).
   */
  async joined(options: CallOptions = {}): Promise<number> {
    const outcome = await this.#ask((ticket) => ({ kind: 'join', ticket }), options)
    if (outcome.kind !== 'joined') throw outcomeError(outcome)
    return outcome.contacts
  }

  /**
   * Registers `port` at our own address under `id`, at once and then every 45 minutes, until `delete`
   * or `close`. Others see the address that our datagrams come from. The same id again replaces the port.
   *
   * @param id - the network's width, as bytes or hex
   * @param port - 1..65535
   * @throws {IdLengthError | IdFormatError | DhtNodeError} for arguments that can't be used
   */
  enter(id: IdLike, port: number): Entry {
    const target = toId(id, this.#parts.idLength)
    const wish = { kind: 'enter', target, port: toPort(port) } as const
    this.#assertOpen()
    const entry: Entry = new Handle(KEPT_ROUNDS, () => {})
    const ticket = this.#parts.tickets.open({
      round: (report) => {
        entry.resolve(report)
        entry.push(report)
      },
      settled: (outcome) => {
        entry.fail(outcomeError(outcome))
        entry.end()
      },
      closed: (error) => {
        entry.fail(error)
        entry.end()
      },
    })
    this.#parts.driver.begin({ ...wish, ticket })
    return entry
  }

  /** Stops registering `id` at once; what other nodes hold fades within an hour. Unknown ids are no error. */
  delete(id: IdLike): void {
    const target = toId(id, this.#parts.idLength)
    this.#assertOpen()
    this.#parts.driver.begin({ kind: 'delete', target })
  }

  /**
   * Finds the endpoints registered under `id`: our own entry, then our store's, then the network's.
   *
   * @param options - `mode` `'all'` (default) walks to the k nearest nodes; `'first'` ends with the
   *   first endpoint found. Leaving a `for await` loop early cancels the lookup.
   * @throws {IdLengthError | IdFormatError} for an id of another width
   */
  lookup(id: IdLike, options: CallOptions & { readonly mode?: LookupMode } = {}): Lookup {
    const target = toId(id, this.#parts.idLength)
    const { mode = 'all', signal } = options
    this.#assertOpen()
    signal?.throwIfAborted()
    const cancel = (): void => this.#cancel(ticket)
    const lookup: Lookup = new Handle(KEPT_ENDPOINTS, cancel)
    const finish = (error: unknown): void => {
      signal?.removeEventListener('abort', cancel)
      lookup.fail(error)
      lookup.end(error)
    }
    const ticket = this.#parts.tickets.open({
      found: (endpoints) => {
        for (const endpoint of endpoints) lookup.push(endpoint)
      },
      settled: (outcome) => {
        if (outcome.kind !== 'found') return finish(unmet(outcome, signal))
        signal?.removeEventListener('abort', cancel)
        lookup.resolve(outcome.result)
        lookup.end()
      },
      closed: finish,
    })
    signal?.addEventListener('abort', cancel, { once: true })
    this.#parts.driver.begin({ kind: 'lookup', ticket, target, mode })
    return lookup
  }

  /** Walks to the nodes nearest to `id`: those that answered, nearest first, at most k per address family. */
  async closest(id: IdLike, options: CallOptions = {}): Promise<LookupResult> {
    const target = toId(id, this.#parts.idLength)
    const outcome = await this.#ask((ticket) => ({ kind: 'closest', ticket, target }), options)
    if (outcome.kind !== 'found') throw outcomeError(outcome)
    return outcome.result
  }

  /** Asks one node whether it lives. Resolves with its contact; rejects when nothing comes back. */
  async ping(to: EndpointLike, options: CallOptions = {}): Promise<Contact> {
    const endpoint = toEndpoint(to)
    return (await this.#answer((ticket) => ({ kind: 'ping', ticket, to: endpoint }), options))
      .contact
  }

  /** Asks one node for the contacts it knows nearest to `id`. */
  async findNode(to: EndpointLike, id: IdLike, options: CallOptions = {}): Promise<Answer> {
    const [endpoint, target] = [toEndpoint(to), toId(id, this.#parts.idLength)]
    return this.#answer((ticket) => ({ kind: 'find-node', ticket, to: endpoint, target }), options)
  }

  /** Asks one node for the endpoints registered with it under `id`, and for a write token. */
  async findValue(to: EndpointLike, id: IdLike, options: CallOptions = {}): Promise<Answer> {
    const [endpoint, target] = [toEndpoint(to), toId(id, this.#parts.idLength)]
    return this.#answer((ticket) => ({ kind: 'find-value', ticket, to: endpoint, target }), options)
  }

  /** Registers `port` at our address under `id` with one node, with the token that it gave for `id`. */
  async store(
    to: EndpointLike,
    entry: { readonly id: IdLike; readonly port: number; readonly token: Uint8Array },
    options: CallOptions = {},
  ): Promise<Answer> {
    const [endpoint, target] = [toEndpoint(to), toId(entry.id, this.#parts.idLength)]
    const write = { target, port: toPort(entry.port), token: toToken(entry.token) }
    return this.#answer((ticket) => ({ kind: 'store', ticket, to: endpoint, ...write }), options)
  }

  /** Everything about the node at this instant, as plain data; also after `close`. */
  info(): CoreInfo {
    return this.#parts.core.info(this.#parts.driver.now())
  }

  /** What happens in the node, from the warnings of its start on; ends when the node is closed. */
  events(): AsyncGenerator<NodeEvent, void, undefined> {
    this.#watch(1)
    return this.#parts.events.read('start', () => this.#watch(-1))
  }

  /** Saves, answers nobody any more, and ends every open wish with `ERR_DHT_NODE_CLOSED`. Safe to call again. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    const { core, driver, events, keeper, tickets } = this.#parts
    keeper?.stop()
    const state = core.state()
    tickets.closeAll(closedError())
    await driver.close()
    await keeper?.save(state)
    events.end()
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw closedError()
  }

  #watch(change: number): void {
    this.#watchers += change
    this.#parts.core.watch(this.#watchers > 0)
  }

  #cancel(ticket: number): void {
    if (this.#closing === undefined) this.#parts.driver.begin({ kind: 'cancel', ticket })
  }

  async #answer(command: (ticket: number) => Command, options: CallOptions): Promise<Answer> {
    const outcome = await this.#ask(command, options)
    if (outcome.kind !== 'answered') throw outcomeError(outcome)
    return outcome.answer
  }

  /** One command with one end; a cancelled one rejects with the signal's reason. */
  #ask(command: (ticket: number) => Command, { signal }: CallOptions): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#assertOpen()
      signal?.throwIfAborted()
      const cancel = (): void => this.#cancel(ticket)
      const ticket = this.#parts.tickets.open({
        settled: (outcome) => {
          signal?.removeEventListener('abort', cancel)
          if (outcome.kind === 'cancelled') reject(unmet(outcome, signal))
          else resolve(outcome)
        },
        closed: (error) => {
          signal?.removeEventListener('abort', cancel)
          reject(error)
        },
      })
      signal?.addEventListener('abort', cancel, { once: true })
      this.#parts.driver.begin(command(ticket))
    })
  }
}

function unmet(outcome: Outcome, signal: AbortSignal | undefined): unknown {
  return outcome.kind === 'cancelled' && signal?.aborted ? signal.reason : outcomeError(outcome)
}
