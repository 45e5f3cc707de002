// The content of a query: its method and arguments. Transaction id, node id and the other fields of
// every query are added when it is sent.

import type { Id } from '@dht/id'
import type { Query, QueryHead, Want } from '@dht/krpc'

/** A query without the fields that all queries have. */
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

/** Written field by field, because spreading objects is slow and this runs for every query. */
export function queryOf(content: QueryContent, head: Omit<QueryHead, 'kind' | 'method'>): Query {
  const kind = 'query'
  const { transactionId, id, readOnly } = head
  switch (content.method) {
    case 'ping':
      return { kind, transactionId, id, readOnly, method: 'ping' }
    case 'find_node': {
      const { method, target, want } = content
      return { kind, transactionId, id, readOnly, method, target, want }
    }
    case 'get_peers': {
      const { method, target } = content
      return { kind, transactionId, id, readOnly, method, target }
    }
    case 'withdraw_peer': {
      const { method, target, token } = content
      return { kind, transactionId, id, readOnly, method, target, token }
    }
    case 'announce_peer': {
      const { method, target, port, token } = content
      const impliedPort = false
      return { kind, transactionId, id, readOnly, method, target, port, token, impliedPort }
    }
  }
}
