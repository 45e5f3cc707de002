// Makes the reply to a query: what its method says, in a message. Knows the list of methods and
// nothing of any of them.

import type { Endpoint, ErrorMessage, QueryHead, ResponseHead } from '@dht/krpc'
import type { ErrorReply, NodeMethod } from '../methods/node-method.ts'
import type { RespondingNode } from '../methods/responding-node.ts'
import { respondToUnknown } from '../methods/unknown.ts'
import type { Services } from '../services.ts'

/** A reply, which may exceed its budget: it is cut when it is encoded. */
export interface Reply {
  readonly message: ResponseHead | ErrorMessage
  /** Most bytes. */
  readonly budget: number
}

export class Responder {
  readonly #services: Services
  readonly #node: RespondingNode
  readonly #methods: ReadonlyMap<string, NodeMethod>

  constructor(services: Services, node: RespondingNode) {
    this.#services = services
    this.#node = node
    this.#methods = new Map(services.config.methods.map((each) => [each.method.name, each]))
  }

  /** A response or an error message. */
  respond(query: QueryHead, from: Endpoint, now: number): Reply {
    const known = this.#methods.get(query.method)
    const answering: Pick<NodeMethod, 'respond'> = known ?? respondToUnknown
    const reply = answering.respond(query, from, this.#node, now)
    const budget = known?.method.budgets.response ?? this.#services.config.network.replyBudget
    const { transactionId } = query
    if (isError(reply)) return this.error(transactionId, reply.code, reply.text)
    const id = this.#services.self
    // `ip` tells the sender at which address others see it (BEP 42).
    return { budget, message: { ...reply, kind: 'response', transactionId, id, ip: from } }
  }

  /** An error message (BEP 5, "Errors"). */
  error(transactionId: Uint8Array, code: number, text: string): Reply {
    this.#services.counters.errorsSent++
    const message = { kind: 'error', transactionId, code, text } as const
    return { budget: this.#services.config.network.replyBudget, message }
  }
}

function isError(reply: object): reply is ErrorReply {
  return 'kind' in reply
}
