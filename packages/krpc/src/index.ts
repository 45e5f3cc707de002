// The guest list of @dht/krpc. The UDP transport is Node's and has its own entry, @dht/krpc/udp.

export { compactEndpoint, endpointFromCompact } from './address/compact.ts'
export { type Contact, endpointKey } from './address/contact.ts'
export { ContactPool } from './address/contact-pool.ts'
export { compactContacts, contact, contactsFromCompact, type Nodes } from './address/contacts.ts'
export {
  type Endpoint,
  endpoint,
  type Family,
  formatEndpoint,
  parseEndpoint,
  sameEndpoint,
} from './address/endpoint.ts'
export { addressBytes } from './address/ip-address.ts'
export { isRoutable, isUnicast, subnetOf } from './address/routable.ts'
export {
  type BencodeCheck,
  type BencodeLimits,
  type BencodeRefusal,
  checkBencode,
} from './bencode/check.ts'
export { EncodeError, EndpointError, OptionsError } from './errors.ts'
export { decodeMessage } from './message/decode.ts'
export { encodeMessage } from './message/encode.ts'
export type { Envelope, QueryHead, Want } from './message/envelope.ts'
export { ErrorCode } from './message/error-code.ts'
export type { Malformed, MalformedReason } from './message/malformed.ts'
export type {
  DecodedMessage,
  DecodedResponse,
  ErrorMessage,
  Message,
  Query,
  Response,
} from './message/message.ts'
export { fitReply } from './message/reply-fit.ts'
export { messageSize } from './message/size.ts'
export type { AnnouncePeerQuery } from './methods/announce-peer.ts'
export type { FindNodeQuery } from './methods/find-node.ts'
export type { GetPeersQuery } from './methods/get-peers.ts'
export type { PingQuery } from './methods/ping.ts'
export type { UnknownQuery } from './methods/unknown.ts'
export type { WithdrawPeerQuery } from './methods/withdraw-peer.ts'
export { dht256, type Method, mainline, type Network, type Pace } from './network.ts'
export { type Deadline, DeadlineHeap } from './transactions/deadline-heap.ts'
export {
  TRANSACTION_DEFAULTS,
  type TransactionConfig,
  type TransactionOptions,
} from './transactions/options.ts'
export {
  type LateResponse as LateAnswer,
  type Outstanding,
  type TimeoutEvent as Lapse,
  type Transaction,
  TransactionTable,
} from './transactions/transaction-table.ts'
export type { Datagram, Transport, TransportHandlers } from './transport/transport.ts'
