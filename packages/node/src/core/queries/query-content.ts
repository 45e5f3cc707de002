// The content of a query: its method and arguments. Transaction id, node id and the other fields of
// every query are added when it is sent.

import type { BuiltInMethod, Method, QueryHead, QueryOf } from '@dht/krpc'
import type { NodeNetwork } from '../methods/node-method.ts'
import { copyFields } from './copy-fields.ts'

/** A query of a method, or of several, without the fields that all queries have. */
export type QueryContent<M extends Method = BuiltInMethod> = ContentOf<QueryOf<M>>

type ContentOf<Q> = Q extends QueryHead ? Pick<Q, 'method'> & Omit<Q, keyof QueryHead> : never

/** The content of a query of any method. */
export type AnyContent = Pick<QueryHead, 'method'>

export function queryOf(
  content: AnyContent,
  { transactionId, id, readOnly }: Omit<QueryHead, 'kind' | 'method' | 'version'>,
  { methods, version }: Pick<NodeNetwork, 'methods' | 'version'>,
): QueryHead {
  const { method } = content
  const query: QueryHead = {
    kind: 'query',
    method,
    transactionId,
    version,
    ip: undefined,
    id,
    readOnly,
  }
  copyFields(query, content, methods.named(method)?.arguments ?? [])
  return query
}
