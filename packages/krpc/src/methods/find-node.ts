// find_node: which contacts do you know nearest to this target?

import type { Id } from '@dht/id'
import type { Writer } from '../bencode/writer.ts'
import type { QueryHead, Want } from '../message/envelope.ts'
import type { Malformed } from '../message/malformed.ts'
import { badTarget, idOf, type LegibleQuery } from './legible-query.ts'
import { writeWant } from './want.ts'

/** Asks for the contacts nearest to `target`. Answered by `nodes` and `nodes6`. BEP 5, BEP 32. */
export interface FindNodeQuery extends QueryHead {
  readonly method: 'find_node'
  readonly target: Id
  readonly want?: Want | undefined
}

export function readFindNode(query: LegibleQuery): FindNodeQuery | Malformed {
  const { transactionId, version, id, readOnly, spans } = query
  const target = idOf(query, spans.target)
  if (target === undefined) return badTarget(query, spans.target)
  const { want } = spans
  return { kind: 'query', method: 'find_node', transactionId, version, id, readOnly, target, want }
}

/** Writes the arguments that follow the querier's id. */
export function writeFindNode(writer: Writer, query: FindNodeQuery): void {
  writer.raw('6:target')
  writer.string(query.target)
  writeWant(writer, query.want)
}
