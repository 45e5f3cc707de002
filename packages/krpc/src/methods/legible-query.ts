// A query whose envelope has been read, handed to the one file that knows its method.
// True from here on: well-formed bencode, a usable transaction id, the right network, a querier's
// id of the right width. Open: whether the arguments are what the method needs.

import { type Id, idView } from '@dht/id'
import { isString, lengthOf, type Span, viewOf } from '../bencode/span.ts'
import type { QueryHead } from '../message/envelope.ts'
import { ErrorCode } from '../message/error-code.ts'
import { type Malformed, malformed } from '../message/malformed.ts'
import type { Network } from '../network.ts'
import type { ArgumentSpans } from './arguments.ts'

export interface LegibleQuery extends QueryHead {
  readonly bytes: Uint8Array
  readonly spans: ArgumentSpans
  readonly network: Network
}

/** The id that the argument is; `undefined` when it is missing or no id of this network. */
export function idOf(query: LegibleQuery, span: Span): Id | undefined {
  if (lengthOf(span) !== query.network.idLength) return undefined
  return idView(viewOf(query.bytes, span))
}

/** A query with an argument that is missing or unusable earns an error message. */
export function badArgument({ transactionId }: LegibleQuery): Malformed {
  return malformed('argument', { isQuery: true, transactionId, code: ErrorCode.protocol })
}

/**
 * A query whose target is missing or no id of this network.
 *
 * In a network with a key, an id of another width has strayed in from another network, and an error
 * message would only stray back; BEP 5 has no such mark, so there the querier is told.
 */
export function badTarget(query: LegibleQuery, span: Span): Malformed {
  const isForeign = isString(span) && query.network.key !== undefined
  if (!isForeign) return badArgument(query)
  return malformed('argument', { isQuery: true, transactionId: query.transactionId })
}
