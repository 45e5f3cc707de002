// What stands in for a message when bytes are none. It is a value to branch on, not an exception:
// a stranger's fault is nothing unusual. What was legible is kept, so that a query can be answered
// with one polite error and a response can end the query that it was meant for.

/**
 * Why bytes are no message:
 * `size` (20 bytes or less, or more than 1500), `bencode` (no dictionary within the bounds),
 * `kind` (`y` is missing or unknown), `transaction-id` (missing, no string, empty, over 32 bytes),
 * `network` (the key of the network is missing or another), `id` (missing or of another width),
 * `argument` (missing, ill-typed, mis-sized or out of range), `method` (missing, or unknown and
 * without a target, or an unknown write).
 */
export type MalformedReason =
  | 'size'
  | 'bencode'
  | 'kind'
  | 'transaction-id'
  | 'network'
  | 'id'
  | 'argument'
  | 'method'

/** Bytes that are no message, and what was legible of them. */
export interface Malformed {
  readonly kind: 'malformed'
  readonly reason: MalformedReason
  readonly isQuery: boolean
  /** To answer with, or to find the query that this was meant to answer. */
  readonly transactionId?: Uint8Array | undefined
  /** When present, one error message with this code is due. Never present unless `isQuery`. */
  readonly code?: 203 | 204 | undefined
}

/** What was legible of bytes that are no message. */
export type Legible = Pick<Malformed, 'isQuery' | 'transactionId' | 'code'>

export function malformed(
  reason: MalformedReason,
  { isQuery, transactionId, code }: Legible,
): Malformed {
  return { kind: 'malformed', reason, isQuery, transactionId, code }
}
