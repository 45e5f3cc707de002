// The three kinds of message. malformed.ts has what replaces a message that could not be read.
// Byte strings of a decoded message are views of the datagram: copy what outlives it. Ids have the
// width of the network, ports are in range, lengths are within limits.ts. Nothing else is known of
// what a peer wrote.

import type { BuiltInMethod, Query, Response } from '../methods/index.ts'
import type { Method } from '../methods/method.ts'
import type { ErrorMessage } from './envelope.ts'

/** A message as it is written. */
export type Message<M extends Method = BuiltInMethod> = Query<M> | Response<M> | ErrorMessage

/** A response as it is read: its contacts in compact form, whole records. */
export type DecodedResponse<M extends Method = BuiltInMethod> = Response<M> & {
  readonly nodes?: Uint8Array | undefined
  readonly nodes6?: Uint8Array | undefined
}

/** A message as it is read. */
export type DecodedMessage<M extends Method = BuiltInMethod> =
  | Query<M>
  | DecodedResponse<M>
  | ErrorMessage
