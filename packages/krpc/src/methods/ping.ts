// ping: are you there? No arguments but the querier's id.

import type { QueryHead } from '../message/envelope.ts'
import type { LegibleQuery } from './legible-query.ts'

/** Asks whether a node is there. Answered by a response with nothing but an id. BEP 5. */
export interface PingQuery extends QueryHead {
  readonly method: 'ping'
}

export function readPing(query: LegibleQuery): PingQuery {
  const { transactionId, version, id, readOnly } = query
  return { kind: 'query', method: 'ping', transactionId, version, id, readOnly }
}
