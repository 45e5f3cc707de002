// Bytes to a message, or to a Malformed value that keeps what was legible. Total: no bytes make it
// throw, and the work is linear in a size that is bounded.
//
// One rule for input that is not canonical: what is meant counts. Keys in any order, the first of
// two equal keys, leading zeros, "-0" and bytes after the dictionary are accepted and read as the
// canonical message that says the same; unknown keys are passed over. Ids are the exception: their
// width is exact, for it tells one network's nodes from another's.

import { idView } from '@dht/id'
import { endpointFromCompact } from '../address/compact.ts'
import { contactSize } from '../address/contacts.ts'
import { isString, lengthOf, type Span, spells, viewOf } from '../bencode/span.ts'
import { readAnnouncePeer } from '../methods/announce-peer.ts'
import { ArgumentSpans } from '../methods/arguments.ts'
import { readFindNode } from '../methods/find-node.ts'
import { readGetPeers } from '../methods/get-peers.ts'
import type { LegibleQuery } from '../methods/legible-query.ts'
import { readPing } from '../methods/ping.ts'
import { readUnknown } from '../methods/unknown.ts'
import { readWithdrawPeer } from '../methods/withdraw-peer.ts'
import type { Network } from '../network.ts'
import { ErrorCode } from './error-code.ts'
import {
  MAX_DATAGRAM,
  MAX_ERROR_CODE,
  MAX_ERROR_TEXT,
  MAX_TOKEN,
  MAX_TRANSACTION_ID,
  MAX_VERSION,
  MIN_DATAGRAM,
} from './limits.ts'
import { type Malformed, malformed } from './malformed.ts'
import type { DecodedMessage, DecodedResponse, ErrorMessage, Query } from './message.ts'
import { type Outline, outlineOf } from './outline.ts'
import { printable } from './text.ts'

/**
 * Reads a datagram.
 *
 * @param bytes - any bytes; byte strings of the message are views of them
 * @returns a message of this network, or why the bytes are none
 * @see BEP 5, "KRPC Protocol"
 */
export function decodeMessage(bytes: Uint8Array, network: Network): DecodedMessage | Malformed {
  if (bytes.length < MIN_DATAGRAM || bytes.length > MAX_DATAGRAM)
    return malformed('size', { isQuery: false })
  const outline = outlineOf(bytes)
  if (outline === undefined) return malformed('bencode', { isQuery: false })
  const isQuery = spells(bytes, outline.kind, 'q')
  const length = lengthOf(outline.transactionId)
  if (length < 1 || length > MAX_TRANSACTION_ID) return malformed('transaction-id', { isQuery })
  const transactionId = viewOf(bytes, outline.transactionId)
  if (network.key !== undefined && !spells(bytes, outline.networkKey, network.key)) {
    return malformed('network', { isQuery, transactionId })
  }
  if (isQuery) return readQuery(outline, transactionId, network)
  if (spells(bytes, outline.kind, 'r')) return readResponse(outline, transactionId, network)
  if (spells(bytes, outline.kind, 'e')) return readError(outline, transactionId)
  return malformed('kind', { isQuery, transactionId })
}

function readQuery(
  outline: Outline,
  transactionId: Uint8Array,
  network: Network,
): Query | Malformed {
  const { bytes, method } = outline
  const spans = outline.arguments ?? new ArgumentSpans()
  const legible = { isQuery: true, transactionId }
  const code = ErrorCode.protocol
  // An id of another width is another network's: it gets no answer, not even an error.
  if (!isString(spans.id)) return malformed('id', { ...legible, code })
  if (lengthOf(spans.id) !== network.idLength) return malformed('id', legible)
  if (lengthOf(method) < 1) return malformed('method', { ...legible, code })
  const id = idView(viewOf(bytes, spans.id))
  const version = readVersion(outline)
  const readOnly = outline.readOnly ?? false
  return readMethod(
    { kind: 'query', transactionId, version, id, readOnly, bytes, spans, network },
    method,
  )
}

function readMethod(query: LegibleQuery, method: Span): Query | Malformed {
  const { bytes, network } = query
  if (spells(bytes, method, 'find_node')) return readFindNode(query)
  if (spells(bytes, method, 'get_peers')) return readGetPeers(query)
  if (spells(bytes, method, 'ping')) return readPing(query)
  if (spells(bytes, method, 'announce_peer')) return readAnnouncePeer(query)
  const canWithdraw = network.methods.includes('withdraw_peer')
  if (canWithdraw && spells(bytes, method, 'withdraw_peer')) return readWithdrawPeer(query)
  return readUnknown(query, viewOf(bytes, method))
}

function readResponse(
  outline: Outline,
  transactionId: Uint8Array,
  network: Network,
): DecodedResponse | Malformed {
  const { bytes, results } = outline
  if (results === undefined || lengthOf(results.id) !== network.idLength) {
    return malformed('id', { isQuery: false, transactionId })
  }
  return {
    kind: 'response',
    transactionId,
    version: readVersion(outline),
    id: idView(viewOf(bytes, results.id)),
    nodes: readNodes(bytes, results.nodes, contactSize(network.idLength, 4)),
    nodes6: readNodes(bytes, results.nodes6, contactSize(network.idLength, 6)),
    token: readUpTo(bytes, results.token, MAX_TOKEN),
    values: results.values,
    ip: isString(outline.ip) ? endpointFromCompact(viewOf(bytes, outline.ip)) : undefined,
  }
}

/** Whole records; half a record at the end is dropped, as some clients send. */
function readNodes(bytes: Uint8Array, span: Span, size: number): Uint8Array | undefined {
  if (!isString(span)) return undefined
  const length = lengthOf(span)
  const nodes = viewOf(bytes, span)
  return length % size === 0 ? nodes : nodes.subarray(0, length - (length % size))
}

/** An error message proves nothing of its sender: an `r` beside it is not looked at. */
function readError(outline: Outline, transactionId: Uint8Array): ErrorMessage {
  const { bytes, error } = outline
  const code = error?.code ?? 0
  const text = error !== undefined && isString(error.text) ? viewOf(bytes, error.text) : undefined
  return {
    kind: 'error',
    transactionId,
    version: readVersion(outline),
    code: code > 0 && code <= MAX_ERROR_CODE ? code : 0,
    text: text === undefined ? '' : printable(text, MAX_ERROR_TEXT),
  }
}

function readVersion({ bytes, version }: Outline): Uint8Array | undefined {
  return readUpTo(bytes, version, MAX_VERSION)
}

/** A longer string counts as absent. */
function readUpTo(bytes: Uint8Array, span: Span, max: number): Uint8Array | undefined {
  const length = lengthOf(span)
  return length >= 0 && length <= max ? viewOf(bytes, span) : undefined
}
