// Serves the queries of other nodes: decides within the rate limits whether a query gets a reply
// and how long it may be, sends it, and tells the overlay which contact has queried. The responder
// decides what the reply says.

import type { Id } from '@dht/id'
import {
  briefReply,
  EncodeError,
  type Endpoint,
  ErrorCode,
  type ErrorMessage,
  type Malformed,
  messageSize,
  type QueryHead,
} from '@dht/krpc'
import type { Transmit } from '../effect.ts'
import type { AnyMethod } from '../methods/node-method.ts'
import type { Overlay } from '../overlay/overlay.ts'
import type { Services } from '../services.ts'
import type { RateLimiter } from './rate-limiter.ts'
import type { Reply, Responder } from './responder.ts'

/** A message that arrived, and the number of its bytes. */
export interface Received<M = QueryHead> {
  readonly message: M
  readonly size: number
}

interface Allowance {
  /** Most bytes of the reply. */
  readonly most: number
  /** Whether it is no more than the query: the whole reply hardly fits and is not encoded first. */
  readonly isShort: boolean
  /** Bytes of the query; undefined: its source is proven, or beyond its share. */
  readonly unprovenSize: number | undefined
}

interface ReplyTo {
  readonly allowance: Allowance
  readonly overlay: Overlay
  readonly to: Endpoint
}

const WHOLE: Allowance = {
  most: Number.POSITIVE_INFINITY,
  isShort: false,
  unprovenSize: undefined,
}

export class QueryServer {
  readonly #services: Services
  readonly #rateLimiter: RateLimiter
  readonly #responder: Responder

  constructor(
    services: Services,
    parts: { readonly rateLimiter: RateLimiter; readonly responder: Responder },
  ) {
    this.#services = services
    this.#rateLimiter = parts.rateLimiter
    this.#responder = parts.responder
  }

  receiveQuery(received: Received, overlay: Overlay, from: Endpoint, now: number): void {
    const { message: query } = received
    const { counters } = this.#services
    counters.queriesReceived[query.method]!++
    const { ownId } = overlay
    if (ownId.is(query.id)) overlay.queries.ownIdReceived(query.transactionId, from)
    if (overlay.addresses.isSelf(from)) return
    overlay.reachability.queryReceived(from, now)
    if (overlay.reachability.isReadOnly) return
    const allowance = this.#allowance(received, overlay, from, now)
    if (allowance === undefined) return
    const reply = this.#responder.respond(query, { from, ownId: ownId.id }, now)
    this.#reply(reply, { overlay, to: from, allowance }, now)
    if (!query.readOnly) overlay.maintenance.queryReceived(query.id, from, now)
  }

  /** Sends an error message, if the malformed message was a query that can be answered. */
  receiveMalformed(
    { message, size }: Received<Malformed>,
    overlay: Overlay,
    from: Endpoint,
    now: number,
  ): void {
    const { code, text = '', transactionId } = message
    if (code === undefined || transactionId === undefined) return
    if (overlay.reachability.isReadOnly || !this.#rateLimiter.admits(from, now)) return
    const isProven = this.#services.proven.has(from, now)
    const allowance = isProven ? WHOLE : this.#unprovenAllowance(from, size, now)
    const reply = this.#responder.error({ transactionId }, { code, text }, from)
    this.#reply(reply, { overlay, to: from, allowance }, now)
  }

  /** Whether the address of a querier is known not to be forged. */
  #isProven(id: Id, { table }: Overlay, from: Endpoint, now: number): boolean {
    if (this.#services.proven.has(from, now)) return true
    return table.hasResponded(id) && table.get(id)!.isAt(from)
  }

  /** How long the reply to a query may be; undefined: it gets none. */
  #allowance(
    query: Received,
    overlay: Overlay,
    from: Endpoint,
    now: number,
  ): Allowance | undefined {
    const { message, size } = query
    if (this.#rateLimiter.admits(from, now)) {
      const isProven = this.#isProven(message.id, overlay, from, now)
      return isProven ? WHOLE : this.#unprovenAllowance(from, size, now)
    }
    if (this.#rateLimiter.admitsBeyondShare(now)) {
      return { most: size, isShort: true, unprovenSize: undefined }
    }
    this.#services.counters.queriesLimited++
    return undefined
  }

  #unprovenAllowance(from: Endpoint, size: number, now: number): Allowance {
    const most = this.#services.unproven.queryReceived(from, size, now)
    return { most, isShort: most <= size, unprovenSize: size }
  }

  #reply(reply: Reply, { overlay, to, allowance }: ReplyTo, now: number): void {
    const { counters, outbox, unproven } = this.#services
    // Checked first, so that a reply that is not sent is not encoded.
    if (!this.#rateLimiter.allowsReply(now)) {
      counters.queriesLimited++
      return
    }
    const transmit = this.#shortened(reply, to, allowance)
    if (transmit === undefined) {
      counters.queriesLimited++
      return
    }
    this.#rateLimiter.replySent(transmit.size, now)
    const { unprovenSize } = allowance
    if (unprovenSize !== undefined) unproven.replySent(to, transmit.size, unprovenSize, now)
    overlay.queries.replySent(to, now)
    outbox.send(transmit)
  }

  /** The reply, as much of it as is allowed; undefined: nothing of it fits. */
  #shortened(reply: Reply, to: Endpoint, { most, isShort }: Allowance): Transmit | undefined {
    const { network, transmit } = this.#services
    const { message } = reply
    if (!isShort || message.kind === 'error') {
      const whole = this.#transmitOf(reply, to)
      if (whole.size <= most) return whole
    }
    if (message.kind === 'error') {
      const brief = briefError(message)
      return messageSize<AnyMethod>(brief, network) <= most ? transmit(brief, to, most) : undefined
    }
    const brief = briefReply<AnyMethod>(message, network, Math.min(most, reply.budget))
    return brief && transmit(brief, to, most)
  }

  /** Results of a user's method that cannot be encoded are a fault of this node, code 202. */
  #transmitOf({ message, budget }: Reply, to: Endpoint): Transmit {
    try {
      return this.#services.transmit(message, to, budget)
    } catch (error) {
      if (!(error instanceof EncodeError) || message.kind === 'error') throw error
      const content = { code: ErrorCode.server, text: 'Cannot be encoded' }
      const reply = this.#responder.error(message, content, to)
      return this.#services.transmit(reply.message, to, reply.budget)
    }
  }
}

/** An error message that says as little as possible. */
function briefError({ kind, transactionId, code }: ErrorMessage): ErrorMessage {
  return { kind, transactionId, code, text: '' }
}
