// Makes the reply to a query: a message with the results of its method. Knows the list of methods
// and nothing of any of them.

import type { Id } from '@dht/id'
import type { Endpoint, Envelope, ErrorMessage, QueryHead, ResponseHead } from '@dht/krpc'
import type { ErrorReply, NodeMethod } from '../methods/node-method.ts'
import type { RespondingNode } from '../methods/responding-node.ts'
import { respondToUnknown } from '../methods/unknown.ts'
import type { Services } from '../services.ts'
import { copyFields } from './copy-fields.ts'

/** A reply, which may exceed its budget: it is cut when it is encoded. */
export interface Reply {
  readonly message: ResponseHead | ErrorMessage
  /** Most bytes of the encoded message. */
  readonly budget: number
}

/** What an error message says. */
type ErrorContent = Pick<ErrorMessage, 'code' | 'text'>

export class Responder {
  readonly #services: Services
  readonly #node: RespondingNode
  readonly #methods: ReadonlyMap<string, NodeMethod>

  constructor(services: Services, node: RespondingNode) {
    this.#services = services
    this.#node = node
    this.#methods = new Map(services.config.methods.map((each) => [each.method.name, each]))
  }

  /**
   * A response or an error message.
   *
   * @param to - the sender, and the node's id in the overlay in which the query came
   */
  respond(
    query: QueryHead,
    { from, ownId }: { readonly from: Endpoint; readonly ownId: Id },
    now: number,
  ): Reply {
    const answering = this.#methods.get(query.method) ?? respondToUnknown
    const results = answering.respond(query, from, this.#node, now)
    if (isError(results)) return this.error(query, results, from)
    const { network } = this.#services
    const message: ResponseHead = {
      kind: 'response',
      transactionId: query.transactionId,
      version: network.version,
      // Tells the sender at which address others see it (BEP 42).
      ip: from,
      id: ownId,
    }
    copyFields(message, results, answering.method.results)
    return { message, budget: answering.method.budgets.response ?? network.replyBudget }
  }

  /**
   * An error message (BEP 5, "Errors").
   *
   * @param ip - the endpoint that it is sent to; it contains this, as a response does (BEP 42)
   */
  error(
    { transactionId }: Pick<Envelope, 'transactionId'>,
    content: ErrorContent,
    ip: Endpoint,
  ): Reply {
    this.#services.counters.errorsSent++
    const { version, replyBudget } = this.#services.network
    const { code, text } = content
    const message = { kind: 'error', transactionId, version, ip, code, text } as const
    return { budget: replyBudget, message }
  }
}

function isError(reply: object): reply is ErrorReply {
  return 'kind' in reply
}
