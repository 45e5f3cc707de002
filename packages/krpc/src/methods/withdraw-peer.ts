// withdraw_peer: forget what I announced under this target; here is the token you gave me. Only in
// networks that list it: in Mainline there is nothing of the kind.

import type { Id } from '@dht/id'
import { isString, lengthOf, viewOf } from '../bencode/span.ts'
import type { Writer } from '../bencode/writer.ts'
import type { QueryHead } from '../message/envelope.ts'
import { MAX_TOKEN } from '../message/limits.ts'
import type { Malformed } from '../message/malformed.ts'
import { badArgument, badTarget, idOf, type LegibleQuery } from './legible-query.ts'

/**
 * Drops what the sender's address and UDP port announced under `target`. Answered by a response
 * with nothing but an id, whether or not there was anything. Ours, for `dht256`.
 */
export interface WithdrawPeerQuery extends QueryHead {
  readonly method: 'withdraw_peer'
  readonly target: Id
  /** What the receiver gave in answer to get_peers; at most 64 bytes. */
  readonly token: Uint8Array
}

export function readWithdrawPeer(query: LegibleQuery): WithdrawPeerQuery | Malformed {
  const { transactionId, version, id, readOnly, spans, bytes } = query
  const target = idOf(query, spans.target)
  if (target === undefined) return badTarget(query, spans.target)
  if (!isString(spans.token) || lengthOf(spans.token) > MAX_TOKEN) return badArgument(query)
  const token = viewOf(bytes, spans.token)
  return {
    kind: 'query',
    method: 'withdraw_peer',
    transactionId,
    version,
    id,
    readOnly,
    target,
    token,
  }
}

/** Writes the arguments that follow the querier's id. */
export function writeWithdrawPeer(writer: Writer, query: WithdrawPeerQuery): void {
  writer.raw('6:target')
  writer.string(query.target)
  writer.raw('5:token')
  writer.string(query.token)
}
