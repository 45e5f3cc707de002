// A method that this package does not know. When it names a target it can still be answered with
// the contacts nearest to it, which is how new methods find their way through old nodes. A write is
// the exception: any response to it would be taken for a receipt.

import type { Id } from '@dht/id'
import { ABSENT } from '../bencode/span.ts'
import type { Writer } from '../bencode/writer.ts'
import type { QueryHead, Want } from '../message/envelope.ts'
import { ErrorCode } from '../message/error-code.ts'
import { MAX_METHOD } from '../message/limits.ts'
import { type Malformed, malformed } from '../message/malformed.ts'
import { printable } from '../message/text.ts'
import { badTarget, idOf, type LegibleQuery } from './legible-query.ts'
import { writeWant } from './want.ts'

/** The one write in use that this package does not know, BEP 44. */
const WRITE = 'put'

/** Asks something unknown about `target`; to be answered like find_node. */
export interface UnknownQuery extends QueryHead {
  readonly method: 'unknown'
  /** The method's name as it came: printable ASCII, cut to 64 characters. */
  readonly name: string
  /** `target` on the wire or, without one, `info_hash`. */
  readonly target: Id
  readonly want?: Want | undefined
}

export function readUnknown(query: LegibleQuery, method: Uint8Array): UnknownQuery | Malformed {
  const { transactionId, version, id, readOnly, spans } = query
  const span = spans.target === ABSENT ? spans.infoHash : spans.target
  const name = printable(method, MAX_METHOD)
  if (span === ABSENT || name === WRITE) return unknownMethod(query)
  const target = idOf(query, span)
  if (target === undefined) return badTarget(query, span)
  const { want } = spans
  return {
    kind: 'query',
    method: 'unknown',
    transactionId,
    version,
    id,
    readOnly,
    name,
    target,
    want,
  }
}

function unknownMethod({ transactionId }: LegibleQuery): Malformed {
  return malformed('method', { isQuery: true, transactionId, code: ErrorCode.methodUnknown })
}

/** Writes the arguments that follow the querier's id. */
export function writeUnknown(writer: Writer, query: UnknownQuery): void {
  writer.raw('6:target')
  writer.string(query.target)
  writeWant(writer, query.want)
}
