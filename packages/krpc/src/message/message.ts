// The three kinds of message; what stands in for one that could not be read is in malformed.ts.
// Byte strings of a decoded message are views of the datagram: whoever keeps one longer than the
// datagram copies it. Ids have the width of the network, ports their range, lengths their bounds
// (limits.ts); nothing else is promised of what a peer wrote.

import type { Id } from '@dht/id'
import type { Nodes } from '../address/contacts.ts'
import type { Endpoint } from '../address/endpoint.ts'
import type { AnnouncePeerQuery } from '../methods/announce-peer.ts'
import type { FindNodeQuery } from '../methods/find-node.ts'
import type { GetPeersQuery } from '../methods/get-peers.ts'
import type { PingQuery } from '../methods/ping.ts'
import type { UnknownQuery } from '../methods/unknown.ts'
import type { WithdrawPeerQuery } from '../methods/withdraw-peer.ts'
import type { Envelope } from './envelope.ts'

/** A question. `method` says which. */
export type Query =
  | PingQuery
  | FindNodeQuery
  | GetPeersQuery
  | AnnouncePeerQuery
  | WithdrawPeerQuery
  | UnknownQuery

/** The answer to a query. What it means depends on the query; BEP 5 and BEP 32. */
export interface Response extends Envelope {
  readonly kind: 'response'
  /** The responder. */
  readonly id: Id
  /** IPv4 contacts; see `contactsFromCompact`. */
  readonly nodes?: Nodes | undefined
  /** IPv6 contacts. */
  readonly nodes6?: Nodes | undefined
  /** Permission to write to the responder, opaque, at most 64 bytes. */
  readonly token?: Uint8Array | undefined
  /** Peers in wire form, 6 or 18 bytes each; see `endpointFromCompact`. */
  readonly values?: readonly Uint8Array[] | undefined
  /** The receiver of this response as the responder sees it, BEP 42. */
  readonly ip?: Endpoint | undefined
}

/** A refusal. */
export interface ErrorMessage extends Envelope {
  readonly kind: 'error'
  /** 1 to 65535, see `ErrorCode`; 0 when the peer gave none that can be read. */
  readonly code: number
  /** Printable ASCII, at most 64 characters; other bytes were read as "?". */
  readonly text: string
}

export type Message = Query | Response | ErrorMessage

/** A response as it is read: its contacts in wire form, whole records. */
export interface DecodedResponse extends Response {
  readonly nodes?: Uint8Array | undefined
  readonly nodes6?: Uint8Array | undefined
}

/** A message as it is read. */
export type DecodedMessage = Query | DecodedResponse | ErrorMessage
