// The guest list of @dht/krpc. The UDP transport is Node's and has its own entry, @dht/krpc/udp.

export {
  type BencodeCheck,
  type BencodeLimits,
  type BencodeRefusal,
  checkBencode,
} from './bencode/check.ts'
export { compactEndpoint, endpointFromCompact } from './compact.ts'
export { type Contact, endpointKey } from './contact.ts'
export { ContactPool } from './contact-pool.ts'
export { compactContacts, contact, contactsFromCompact, type Nodes } from './contacts.ts'
export { type Alarm, DeadlineHeap } from './deadline-heap.ts'
export { decodeMessage } from './decode-message.ts'
export { encodeMessage } from './encode-message.ts'
export {
  type Endpoint,
  endpoint,
  type Family,
  formatEndpoint,
  parseEndpoint,
  sameEndpoint,
} from './endpoint.ts'
export { ErrorCode } from './error-code.ts'
export { EncodeError, EndpointError, OptionsError } from './errors.ts'
export { addressBytes } from './ip-address.ts'
export type { Malformed, MalformedReason } from './malformed.ts'
export type {
  DecodedMessage,
  DecodedResponse,
  ErrorMessage,
  Message,
  Query,
  Response,
} from './message.ts'
export { messageSize } from './message-size.ts'
export type { AnnouncePeerQuery } from './methods/announce-peer.ts'
export type { FindNodeQuery } from './methods/find-node.ts'
export type { GetPeersQuery } from './methods/get-peers.ts'
export type { PingQuery } from './methods/ping.ts'
export type { UnknownQuery } from './methods/unknown.ts'
export type { WithdrawPeerQuery } from './methods/withdraw-peer.ts'
export { dht256, type Method, mainline, type Network, type Pace } from './network.ts'
export {
  TRANSACTION_DEFAULTS,
  type TransactionConfig,
  type TransactionOptions,
} from './options.ts'
export type { Envelope, QueryHead, Want } from './query.ts'
export { fitReply } from './reply-fit.ts'
export { isRoutable, isUnicast, subnetOf } from './routable.ts'
export {
  type Lapse,
  type LateAnswer,
  type Outstanding,
  type Transaction,
  TransactionTable,
} from './transaction-table.ts'
export type { Datagram, Transport, TransportHandlers } from './transport.ts'
