// What may be asked of a node, and how it becomes a query once it has an envelope. Why it is asked
// is an observer's business.

import type { Id } from '@dht/id'
import type { Query, QueryHead, Want } from '@dht/krpc'

/** A query without its envelope. */
export type QueryContent =
  | { readonly method: 'ping' }
  | { readonly method: 'find_node'; readonly target: Id; readonly want?: Want }
  | { readonly method: 'get_peers'; readonly target: Id }
  | {
      readonly method: 'announce_peer'
      readonly target: Id
      readonly port: number
      readonly token: Uint8Array
    }
  | { readonly method: 'withdraw_peer'; readonly target: Id; readonly token: Uint8Array }

/** Field by field: one is made for each question, and objects merge slowly. */
export function queryOf(question: QueryContent, head: Omit<QueryHead, 'kind'>): Query {
  const kind = 'query'
  const { transactionId, id, readOnly } = head
  switch (question.method) {
    case 'ping':
      return { kind, transactionId, id, readOnly, method: 'ping' }
    case 'find_node': {
      const { method, target, want } = question
      return { kind, transactionId, id, readOnly, method, target, want }
    }
    case 'get_peers': {
      const { method, target } = question
      return { kind, transactionId, id, readOnly, method, target }
    }
    case 'withdraw_peer': {
      const { method, target, token } = question
      return { kind, transactionId, id, readOnly, method, target, token }
    }
    case 'announce_peer': {
      const { method, target, port, token } = question
      const impliedPort = false
      return { kind, transactionId, id, readOnly, method, target, port, token, impliedPort }
    }
  }
}
