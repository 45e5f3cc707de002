// announce_peer: I can be reached at this port for this info hash; here is the token you gave me.

import type { Id } from '@dht/id'
import { isPort } from '../address/endpoint.ts'
import { isString, lengthOf, viewOf } from '../bencode/span.ts'
import type { Writer } from '../bencode/writer.ts'
import type { QueryHead } from '../message/envelope.ts'
import { MAX_TOKEN } from '../message/limits.ts'
import type { Malformed } from '../message/malformed.ts'
import { badArgument, badTarget, idOf, type LegibleQuery } from './legible-query.ts'

/** Registers the sender's address under `target`. BEP 5. */
export interface AnnouncePeerQuery extends QueryHead {
  readonly method: 'announce_peer'
  /** `info_hash` on the wire. */
  readonly target: Id
  /**
   * Port to store, 1 to 65535. When `impliedPort` is set the source port of the datagram counts
   * instead, and a port that was missing or out of range reads as 0. Sent, it is never 0: several
   * clients do not know `implied_port`.
   */
  readonly port: number
  readonly impliedPort: boolean
  /** What the receiver gave in answer to get_peers; at most 64 bytes. */
  readonly token: Uint8Array
}

export function readAnnouncePeer(query: LegibleQuery): AnnouncePeerQuery | Malformed {
  const { transactionId, version, id, readOnly, spans, bytes } = query
  const target = idOf(query, spans.infoHash)
  if (target === undefined) return badTarget(query, spans.infoHash)
  const impliedPort = spans.impliedPort ?? false
  const port = isPort(spans.port ?? 0) ? spans.port! : 0
  if (port === 0 && !impliedPort) return badArgument(query)
  if (!isString(spans.token) || lengthOf(spans.token) > MAX_TOKEN) return badArgument(query)
  const token = viewOf(bytes, spans.token)
  return {
    kind: 'query',
    method: 'announce_peer',
    transactionId,
    version,
    id,
    readOnly,
    target,
    port,
    impliedPort,
    token,
  }
}

/** Writes the arguments that follow the querier's id. */
export function writeAnnouncePeer(writer: Writer, query: AnnouncePeerQuery): void {
  if (query.impliedPort) writer.raw('12:implied_porti1e')
  writer.raw('9:info_hash')
  writer.string(query.target)
  writer.raw('4:port')
  writer.integer(query.port)
  writer.raw('5:token')
  writer.string(query.token)
}
