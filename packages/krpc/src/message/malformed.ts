// What replaces a message that could not be read. It is a value and no exception, because bad
// datagrams are common. It keeps the legible parts, so that a query can get one error message and a
// response can end the query that it belongs to.

/**
 * Why bytes are no message:
 * `size` (20 bytes or less, or more than 1500), `bencode` (no dictionary within the bounds),
 * `kind` (`y` is missing or unknown), `transaction-id` (missing, no string, empty, over 32 bytes),
 * `network` (the key of the network is missing or another, or there is one and the network has
 * none), `topic` (it belongs to the overlay of a topic, BEP 50),
 * `id` (missing or of another width),
 * `argument` (missing, ill-typed, mis-sized or out of range), `method` (missing, or unknown and
 * without a target, or an unknown write).
 */
export type MalformedReason =
  | 'size'
  | 'bencode'
  | 'kind'
  | 'transaction-id'
  | 'network'
  | 'topic'
  | 'id'
  | 'argument'
  | 'method'

/** Bytes that are no message, and their legible parts. */
export interface Malformed {
  readonly kind: 'malformed'
  readonly reason: MalformedReason
  readonly isQuery: boolean
  /** For the error message, or for finding the query that this belongs to. */
  readonly transactionId?: Uint8Array | undefined
  /** If present, the sender gets one error message with this code. Only with `isQuery`. */
  readonly code?: 203 | 204 | undefined
  /** Text of that error message, such as "missing 'target'". Only with `code`. */
  readonly text?: string | undefined
}

/** The legible parts of bytes that are no message. */
export type Legible = Pick<Malformed, 'isQuery' | 'transactionId' | 'code' | 'text'>

export function malformed(
  reason: MalformedReason,
  { isQuery, transactionId, code, text }: Legible,
): Malformed {
  return { kind: 'malformed', reason, isQuery, transactionId, code, text }
}
