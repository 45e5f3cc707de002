// One node core under test: time passes when the test says so, every sent datagram can be read, and
// the test plays all other nodes. No query gets a response unless the test sends one.

import { type Id, idFromBytes, randomId } from '@dht/id'
import {
  type Contact,
  compactContacts,
  contact,
  decodeMessage,
  type Endpoint,
  encodeMessage,
  endpoint,
  type Message,
  type Network,
  type Query,
  type Response,
} from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import type { CoreOptions } from '../../src/core/config/core-options.ts'
import { CORE_DEFAULTS } from '../../src/core/config/defaults.ts'
import type { Effect } from '../../src/core/effect.ts'
import type { NodeEvent } from '../../src/core/event.ts'
import type { CoreInfo } from '../../src/core/info.ts'
import { NodeCore } from '../../src/core/node-core.ts'
import type { Command } from '../../src/core/operations/command.ts'
import type { Outcome, RoundReport } from '../../src/core/operations/outcome.ts'
import type { Warning } from '../../src/warnings.ts'
import type { Request } from './virtual-network.ts'

/** A datagram that the core sent. */
export interface SentDatagram {
  readonly to: Endpoint
  readonly bytes: Uint8Array
  readonly message: Message
}

type Plain<T> = T extends unknown ? Omit<T, 'kind' | 'transactionId' | 'id' | 'readOnly'> : never

/** A query of another node, without its envelope, which the bench adds. */
export type Put = Plain<Query> & { readonly readOnly?: boolean }

export interface BenchOptions {
  readonly core?: CoreOptions
  readonly id?: Id
  readonly seed?: number
  /** Our own sockets; one over IPv4 by default. */
  readonly locals?: readonly Endpoint[]
}

export class Bench {
  now = 0
  readonly core: NodeCore
  /** Datagrams sent, oldest first, until taken. */
  datagrams: SentDatagram[] = []
  readonly outcomes: Map<number, Outcome> = new Map()
  readonly rounds: RoundReport[] = []
  readonly found: Endpoint[] = []
  /** Operation ids of lookups that went on after their result and have ended. */
  readonly ended: number[] = []
  readonly events: NodeEvent[] = []
  readonly warnings: Warning[] = []
  bootstrapRequests = 0
  readonly #random: ReturnType<typeof seededRandom>
  readonly #options: CoreOptions
  #operationIds = 0
  #contactsMade = 0

  constructor({ core = {}, id, seed = 1, locals = [home] }: BenchOptions = {}) {
    this.#random = seededRandom(seed)
    this.#options = core
    this.core = new NodeCore(
      { id: id ?? randomId(this.network.idLength, this.#random), random: seededRandom(seed + 1) },
      core,
    )
    this.core.watch(true)
    for (const local of locals) this.core.bound(local)
  }

  get network(): Network {
    return this.#options.network ?? CORE_DEFAULTS.network
  }

  /** Another node, with an address in a subnet of its own. */
  newContact(init: { readonly id?: Id; readonly endpoint?: Endpoint } = {}): Contact {
    const n = ++this.#contactsMade
    return contact(
      init.id ?? randomId(this.network.idLength, this.#random),
      init.endpoint ?? endpoint(`20.${n >> 8}.${n & 255}.1`, 4000),
    )
  }

  newContacts(count: number): Contact[] {
    return Array.from({ length: count }, () => this.newContact())
  }

  /** A node that has responded to us, and so is a member of the table where there is room. */
  addMember(who: Contact = this.newContact()): Contact {
    this.request({ kind: 'ping', to: who.endpoint })
    this.respond(this.takeLast(who), who)
    return who
  }

  /** A node that has proved its address, by an error message, and is no member of the table. */
  prove(who: Contact): Contact {
    this.request({ kind: 'ping', to: who.endpoint })
    this.respondWithError(this.takeLast(who), 201)
    return who
  }

  /** Starts an operation. @returns its operation id */
  request(request: Request): number {
    const operationId = ++this.#operationIds
    this.start({ ...request, operationId } as Command)
    return operationId
  }

  start(command: Command): void {
    this.#take(this.core.start(command, this.now))
  }

  receive(bytes: Uint8Array, from: Endpoint): SentDatagram[] {
    const before = this.datagrams.length
    this.#take(this.core.receive(bytes, from, this.now))
    return this.datagrams.slice(before)
  }

  /** `who` sends us a query; the reply, if any, is removed from the datagrams. */
  queryFrom(who: Contact, put: Put, from: Endpoint = who.endpoint): Message | undefined {
    const transactionId = this.#random(4)
    const query = { kind: 'query', transactionId, id: who.id, readOnly: false, ...put } as Query
    const datagrams = this.receive(encodeMessage(query, this.network), from)
    const reply = datagrams.find(
      ({ message }) => message.kind !== 'query' && sameBytes(message.transactionId, transactionId),
    )
    this.datagrams = this.datagrams.filter((datagram) => datagram !== reply)
    return reply?.message
  }

  /** `who` gets a token and announces a port; it does not respond to the check that follows. */
  announceFrom(who: Contact, target: Id, port: number): void {
    const reply = this.queryFrom(who, { method: 'get_peers', target, readOnly: true })
    const token = (reply?.kind === 'response' && reply.token?.slice()) || TOKEN
    const put = { method: 'announce_peer', target, port, impliedPort: false, token } as const
    this.queryFrom(who, { ...put, readOnly: true })
  }

  /** `who` responds to a query of ours. */
  respond(query: SentDatagram, who: Contact, body: Partial<Response> = {}): SentDatagram[] {
    const { transactionId } = query.message
    const response = { kind: 'response', transactionId, id: who.id, ...body } as const
    return this.receive(encodeMessage(response, this.network), query.to)
  }

  /** An error message in reply to a query of ours. */
  respondWithError(query: SentDatagram, code: number): SentDatagram[] {
    const { transactionId } = query.message
    const error = { kind: 'error', transactionId, code, text: 'no' } as const
    return this.receive(encodeMessage(error, this.network), query.to)
  }

  undeliverable(to: Endpoint, code = 'ECONNREFUSED'): void {
    this.#take(this.core.undeliverable(to, code, this.now))
  }

  /**
   * Lets time pass; timeouts are handled when they are due.
   *
   * @param responding - nodes that respond to every query of ours at once, and name no contacts
   */
  pass(ms: number, ...responding: readonly Contact[]): void {
    this.passWith(ms, () => this.respondAll(responding))
  }

  /** Lets time pass; `react` is called after every event. */
  passWith(ms: number, react: () => void): void {
    const until = this.now + ms
    react()
    for (;;) {
      const next = this.core.nextTimeout(this.now)
      if (next === undefined || next.at > until) break
      this.now = Math.max(this.now, next.at)
      this.handleTimeout()
      react()
    }
    this.now = until
  }

  /** Lets `responding` respond to all queries, until none is open. */
  respondAll(responding: readonly Contact[], body: Partial<Response> = {}): void {
    for (;;) {
      const datagram = this.datagrams.find(({ to }) => responding.some((who) => isAt(to, who)))
      if (datagram === undefined) return
      this.datagrams = this.datagrams.filter((each) => each !== datagram)
      const who = responding.find((each) => isAt(datagram.to, each)) as Contact
      if (datagram.message.kind === 'query') this.respond(datagram, who, { token: TOKEN, ...body })
    }
  }

  handleTimeout(): void {
    this.#take(this.core.handleTimeout(this.now))
  }

  /** Everything sent since the last call. */
  take(): SentDatagram[] {
    const datagrams = this.datagrams
    this.datagrams = []
    return datagrams
  }

  /** The newest query to `who`, which is removed. */
  takeLast(who: Contact): SentDatagram {
    const datagram = this.datagrams.findLast(({ to }) => isAt(to, who))
    if (datagram === undefined) throw new Error('nothing was sent there')
    this.datagrams = this.datagrams.filter((each) => each !== datagram)
    return datagram
  }

  get info(): CoreInfo {
    return this.core.info(this.now)
  }

  #take(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'send') this.datagrams.push(this.#read(effect.bytes, effect.endpoint))
      if (effect.kind === 'settle') this.#settle(effect.operationId, effect.outcome)
      if (effect.kind === 'round') this.rounds.push(effect.report)
      if (effect.kind === 'found') this.found.push(...effect.endpoints)
      if (effect.kind === 'ended') this.ended.push(effect.operationId)
      if (effect.kind === 'trace') this.events.push(effect.event)
      if (effect.kind === 'bootstrap-needed') this.bootstrapRequests++
      if (effect.kind === 'warning') this.warnings.push(effect)
    }
  }

  #read(bytes: Uint8Array, to: Endpoint): SentDatagram {
    const message = decodeMessage(bytes, this.network)
    if (message.kind === 'malformed') throw new Error(`the core sent ${message.reason}`)
    return { to, bytes: bytes.slice(), message }
  }

  #settle(operationId: number, outcome: Outcome): void {
    if (this.outcomes.has(operationId))
      throw new Error(`operationId ${operationId} was settled twice`)
    this.outcomes.set(operationId, outcome)
  }
}

/** The id of 32 bytes that begins with these, followed by zeros. */
export function idStarting(...first: readonly number[]): Id {
  const bytes = new Uint8Array(32)
  bytes.set(first)
  return idFromBytes(bytes)
}

/** The token that `responding` returns. */
export const TOKEN: Uint8Array = new Uint8Array([7, 7, 7, 7])

/** The endpoint of the node under test. */
export const home: Endpoint = endpoint('10.0.0.1', 3739)

export function isAt(to: Endpoint, who: Contact): boolean {
  return to.address === who.endpoint.address && to.port === who.endpoint.port
}

/** Contacts in compact form, as `nodes` holds them. */
export function packed(...contacts: readonly Contact[]): Uint8Array {
  return compactContacts(contacts)
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
