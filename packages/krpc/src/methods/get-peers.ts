// get_peers: who has been announced under this info hash, and may I announce myself?

import type { Id } from '@dht/id'
import type { Writer } from '../bencode/writer.ts'
import type { QueryHead, Want } from '../message/envelope.ts'
import type { Malformed } from '../message/malformed.ts'
import { badTarget, idOf, type LegibleQuery } from './legible-query.ts'
import { writeWant } from './want.ts'

/**
 * Asks for the peers announced under `target`. Answered by `values`, by contacts nearer to it, or
 * both, and usually by a write token. BEP 5, BEP 32.
 */
export interface GetPeersQuery extends QueryHead {
  readonly method: 'get_peers'
  /** `info_hash` on the wire. */
  readonly target: Id
  readonly want?: Want | undefined
}

export function readGetPeers(query: LegibleQuery): GetPeersQuery | Malformed {
  const { transactionId, version, id, readOnly, spans } = query
  const target = idOf(query, spans.infoHash)
  if (target === undefined) return badTarget(query, spans.infoHash)
  const { want } = spans
  return { kind: 'query', method: 'get_peers', transactionId, version, id, readOnly, target, want }
}

/** Writes the arguments that follow the querier's id. */
export function writeGetPeers(writer: Writer, query: GetPeersQuery): void {
  writer.raw('9:info_hash')
  writer.string(query.target)
  writeWant(writer, query.want)
}
