// The transaction table and the codec together, as a node uses them, without a node. Queries go out
// as bytes, bytes come in, and the end of each query is recorded.

import { type Id, idFromBytes } from '@dht/id'
import {
  type DecodedMessage,
  type DecodedResponse,
  decodeMessage,
  type Endpoint,
  encodeMessage,
  type Malformed,
  type Network,
  type Query,
  TransactionTable,
} from '@dht/krpc'
import { toHex } from '../support/bytes.ts'
import type { End, Method } from './transport.cases.ts'

/** How a query ended, and what its response contained. */
export interface Ended {
  readonly question: number
  readonly end: End
  readonly said: string
}

/** The effect of a datagram: the end of at most one query, or at most one datagram in reply. */
export interface Effect {
  readonly ended?: Ended | undefined
  readonly back?: Uint8Array | undefined
}

interface Errand {
  readonly question: number
  readonly method: Method
}

/** A query that is sent again. */
export interface Again {
  readonly question: number
  readonly bytes: Uint8Array
}

export const TOKEN: Uint8Array = Uint8Array.of(7, 7)
export const PORT = 4660

export class System {
  readonly #network: Network
  readonly #self: Id
  readonly #start: () => TransactionTable<Errand>
  table: TransactionTable<Errand>

  constructor(
    network: Network,
    random: (length: number) => Uint8Array,
    config: ConstructorParameters<typeof TransactionTable>[1],
  ) {
    this.#network = network
    this.#self = idFromBytes(new Uint8Array(network.idLength).fill(1))
    this.#start = () => new TransactionTable(random, config)
    this.table = this.#start()
  }

  /** The bytes to send; `undefined` when the query is refused. */
  ask(method: Method, to: Endpoint, question: number, now: number): Uint8Array | undefined {
    const transaction = this.table.open(to, { question, method }, now)
    return transaction && this.#queryBytes(method, transaction.transactionId)
  }

  receive(bytes: Uint8Array, from: Endpoint, now: number): Effect {
    const message = decodeMessage(bytes, this.#network)
    if (message.kind === 'query') return { back: this.#answer(message) }
    if (message.kind === 'malformed' && message.isQuery) return { back: this.#refuse(message) }
    if (message.transactionId === undefined) return {}
    const open = this.table.settle(message.transactionId, from, now)
    if (open === undefined) return {}
    return { ended: { question: open.context.question, ...this.#read(message) } }
  }

  /** What the passing of time caused: queries sent again, and queries that expired. */
  handleTimeout(now: number): {
    readonly again: readonly Again[]
    readonly ended: readonly Ended[]
  } {
    const again: Again[] = []
    const expired: Errand[] = []
    for (const lapse of this.table.handleTimeout(now)) {
      const { question, method } = lapse.transaction.context
      if (lapse.kind === 'expired') expired.push(lapse.transaction.context)
      else again.push({ question, bytes: this.#queryBytes(method, lapse.secondId) })
    }
    return { again, ended: endAll(expired, 'timeout') }
  }

  /** A datagram to this endpoint could not be sent. */
  undeliverable(to: Endpoint): readonly Ended[] {
    return endAll(
      this.table.failTo(to).map(({ context }) => context),
      'send error',
    )
  }

  /** Fails all queries and starts with an empty table. */
  restart(): readonly Ended[] {
    const open = this.table.outstanding().map(({ transaction }) => transaction)
    const closed = open.filter((transaction) => this.table.cancel(transaction))
    if (this.table.size > 0 || this.table.nextTimeout() !== undefined) throw new Error('not empty')
    this.table = this.#start()
    return endAll(
      closed.map(({ context }) => context),
      'closed',
    )
  }

  #queryBytes(method: Method, transactionId: Uint8Array): Uint8Array {
    return encodeMessage(this.#query(method, transactionId), this.#network)
  }

  #query(method: Method, transactionId: Uint8Array): Query {
    const head = { kind: 'query', transactionId, id: this.#self, readOnly: false } as const
    const target = this.#self
    if (method === 'ping') return { ...head, method }
    if (method !== 'announce_peer') return { ...head, method, target }
    return { ...head, method, target, port: PORT, impliedPort: false, token: TOKEN }
  }

  #answer({ transactionId }: Query): Uint8Array {
    return encodeMessage({ kind: 'response', transactionId, id: this.#self }, this.#network)
  }

  #refuse({ transactionId, code }: Malformed): Uint8Array | undefined {
    if (transactionId === undefined || code === undefined) return undefined
    return encodeMessage({ kind: 'error', transactionId, code, text: 'no' }, this.#network)
  }

  #read(message: Exclude<DecodedMessage, Query> | Malformed): Omit<Ended, 'question'> {
    if (message.kind === 'malformed') return { end: 'protocol', said: '' }
    if (message.kind === 'error') return { end: 'error', said: `${message.code} ${message.text}` }
    return { end: 'response', said: textOf(message) }
  }
}

/** Everything that a response contains. */
function textOf({ id, nodes, token, values }: DecodedResponse): string {
  const hex = (bytes: Uint8Array | undefined) => bytes && toHex(bytes)
  return [toHex(id), hex(nodes), hex(token), values?.map(hex)].join('|')
}

function endAll(errands: readonly Errand[], end: End): Ended[] {
  return errands.map(({ question }) => ({ question, end, said: '' }))
}
