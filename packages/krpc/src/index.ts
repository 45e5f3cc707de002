// The exports of @dht/krpc. The UDP transport needs Node and has its own entry, @dht/krpc/udp.

export { compactEndpoint, endpointFromCompact } from './address/compact.ts'
export {
  type CompactSpan,
  type Contact,
  contactAt,
  endpointKey,
  endpointKeyAt,
} from './address/contact.ts'
export {
  type ContactMaker,
  compactContacts,
  contact,
  contactsFromCompact,
  type Nodes,
  readContacts,
} from './address/contacts.ts'
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
  type BencodeRefusal,
  type DecodedValue,
  decodeValue,
  type Refused,
} from './bencode/decode-value.ts'
export type { Dictionary } from './bencode/dictionary.ts'
export { encodeValue } from './bencode/encode-value.ts'
export type { Output } from './bencode/output.ts'
export type { BencodeDictionary, BencodeLimits, BencodeValue } from './bencode/value.ts'
export { EncodeError, EndpointError, OptionsError } from './errors.ts'
export { bytesField, fixedBytesField } from './fields/bytes.ts'
export { encodedField } from './fields/encoded.ts'
export {
  defineField,
  type Field,
  type FieldCut,
  type FieldsOf,
  type NamedField,
  required,
  type WireFormat,
} from './fields/field.ts'
export { flagField } from './fields/flag.ts'
export { idField } from './fields/id.ts'
export { type IntegerRange, integerField } from './fields/integer.ts'
export { ITEM_VALUE_LIMITS, MAX_ITEM_SALT, MAX_ITEM_VALUE } from './fields/item.ts'
export { nodes6Field, nodesField } from './fields/nodes.ts'
export { portField } from './fields/port.ts'
export { tokenField } from './fields/token.ts'
export { valuesField } from './fields/values.ts'
export { type Want, wantField } from './fields/want.ts'
export { briefReply } from './message/brief-reply.ts'
export { decodeMessage } from './message/decode.ts'
export { encodeMessage } from './message/encode.ts'
export type { Envelope, ErrorMessage, QueryHead, ResponseHead } from './message/envelope.ts'
export { ErrorCode } from './message/error-code.ts'
export type { Malformed, MalformedReason } from './message/malformed.ts'
export type { DecodedMessage, DecodedResponse, Message } from './message/message.ts'
export { fitReply } from './message/reply-fit.ts'
export { messageSize } from './message/size.ts'
export { type AnnouncePeerQuery, announcePeer } from './methods/announce-peer.ts'
export { type FindNodeQuery, type FindNodeResults, findNode } from './methods/find-node.ts'
export { type GetQuery, type GetResults, get } from './methods/get.ts'
export { type GetPeersQuery, type GetPeersResults, getPeers } from './methods/get-peers.ts'
export type { BuiltInMethod, Query, Response } from './methods/index.ts'
export {
  type MainlineAnnouncePeerQuery,
  mainlineAnnouncePeer,
} from './methods/mainline-announce-peer.ts'
export {
  type MainlineGetPeersQuery,
  type MainlineGetPeersResults,
  mainlineGetPeers,
} from './methods/mainline-get-peers.ts'
export {
  type Budgets,
  defineMethod,
  type Method,
  type MethodDefinition,
  type QueryOf,
  type ResultsOf,
} from './methods/method.ts'
export { MethodList } from './methods/method-list.ts'
export { type PingQuery, ping } from './methods/ping.ts'
export { type PutQuery, put } from './methods/put.ts'
export {
  MAX_SAMPLE_INTERVAL,
  type SampleInfohashesQuery,
  type SampleInfohashesResults,
  sampleInfohashes,
} from './methods/sample-infohashes.ts'
export { type SignedParts, signedBytes } from './methods/signed-bytes.ts'
export { type UnknownQuery, unknownMethod } from './methods/unknown.ts'
export { type WithdrawPeerQuery, withdrawPeer } from './methods/withdraw-peer.ts'
export { dht256, mainline, type Network, type Pace } from './network.ts'
export { AddressFilter } from './scrape/address-filter.ts'
export { FilterMemory } from './scrape/filter-memory.ts'
export { type Deadline, DeadlineHeap } from './transactions/deadline-heap.ts'
export {
  TRANSACTION_DEFAULTS,
  type TransactionConfig,
  type TransactionOptions,
} from './transactions/options.ts'
export type { RoundTripHistogram } from './transactions/round-trip-histogram.ts'
export {
  type LateResponse,
  type Outstanding,
  type TimeoutEvent,
  type Transaction,
  TransactionTable,
} from './transactions/transaction-table.ts'
export type { Datagram, Transport, TransportHandlers } from './transport/transport.ts'
