// A method of a node: the method of krpc, which is how its messages are read and written, and how
// the node responds to its queries. A node is given a list of them and knows no method by name.

import type {
  BuiltInMethod,
  Endpoint,
  ErrorMessage,
  Message,
  Method,
  Network,
  QueryHead,
} from '@dht/krpc'
import type { RespondingNode } from './responding-node.ts'

export interface NodeMethod<Q extends QueryHead = QueryHead, R extends object = object> {
  readonly method: Method<Q, R>
  /**
   * Responds to a query. What cannot be cut of the results must fit the budget of the response:
   * else the querier gets an error message (202).
   *
   * @param query - byte strings are views of the datagram: copy what is kept
   * @param from - the sender, whose address may be forged
   * @param node - what the node has for its methods
   * @returns the results, or the error message that {@link refuse} makes
   */
  respond(query: Q, from: Endpoint, node: RespondingNode, now: number): R | ErrorReply
}

/** An error message in place of a response. No method has a result named `kind`. */
export type ErrorReply = Pick<ErrorMessage, 'kind' | 'code' | 'text'>

/**
 * Refuses a query.
 *
 * @param code - 1 to 65535, see `ErrorCode`
 * @param text - printable ASCII, at most 64 characters
 */
export function refuse(code: number, text: string): ErrorReply {
  return { kind: 'error', code, text }
}

/** A method of a node, whether this package has it or not. */
export type AnyMethod = BuiltInMethod | Method<QueryHead, object>

/** A network with all methods of a node. */
export type NodeNetwork = Network<AnyMethod>

/** A message of any of these methods. */
export type NodeMessage = Message<AnyMethod>
