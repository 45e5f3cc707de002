// Serves the queries of other nodes: decides within the rate limits whether a query gets a reply,
// sends the reply, and tells the overlay which contact asked. The responder decides what the reply
// says.

import { EncodeError, type Endpoint, ErrorCode, type Malformed, type QueryHead } from '@dht/krpc'
import type { Transmit } from '../effect.ts'
import type { Overlay } from '../overlay/overlay.ts'
import type { Services } from '../services.ts'
import type { RateLimiter } from './rate-limiter.ts'
import type { Reply, Responder } from './responder.ts'

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

  receiveQuery(query: QueryHead, overlay: Overlay, from: Endpoint, now: number): void {
    const { counters } = this.#services
    counters.queriesReceived[query.method]!++
    const { ownId } = overlay
    if (ownId.is(query.id)) overlay.queries.ownIdReceived(query.transactionId, from)
    if (overlay.addresses.isSelf(from)) return
    overlay.reachability.queryReceived(from, now)
    if (overlay.reachability.isReadOnly) return
    if (!this.#rateLimiter.admits(from, now)) {
      counters.queriesLimited++
      return
    }
    this.#reply(this.#responder.respond(query, { from, ownId: ownId.id }, now), overlay, from, now)
    if (!query.readOnly) overlay.maintenance.queryReceived(query.id, from, now)
  }

  /** Sends an error message, if the malformed message was a query that can be answered. */
  receiveMalformed(malformed: Malformed, overlay: Overlay, from: Endpoint, now: number): void {
    const { code, text = '', transactionId } = malformed
    if (code === undefined || transactionId === undefined) return
    if (overlay.reachability.isReadOnly || !this.#rateLimiter.admits(from, now)) return
    const reply = this.#responder.error({ transactionId }, { code, text }, from)
    this.#reply(reply, overlay, from, now)
  }

  #reply(reply: Reply, overlay: Overlay, to: Endpoint, now: number): void {
    const { counters, outbox } = this.#services
    // Checked first, so that a reply that is not sent is not encoded.
    if (!this.#rateLimiter.allowsReply(now)) {
      counters.queriesLimited++
      return
    }
    const transmit = this.#transmitOf(reply, to)
    this.#rateLimiter.replySent(transmit.size, now)
    overlay.queries.replySent(to, now)
    outbox.send(transmit)
  }

  /** Results of a method from outside that fit no message are a fault of this node, code 202. */
  #transmitOf({ message, budget }: Reply, to: Endpoint): Transmit {
    try {
      return this.#services.transmit(message, to, budget)
    } catch (error) {
      if (!(error instanceof EncodeError) || message.kind === 'error') throw error
      const told = { code: ErrorCode.server, text: 'Cannot be encoded' }
      const reply = this.#responder.error(message, told, to)
      return this.#services.transmit(reply.message, to, reply.budget)
    }
  }
}
