// Bytes to a message, or to a Malformed value that keeps what was legible. No bytes make it throw,
// and the work is linear in a size that is bounded.
//
// Input that is not canonical is accepted where its meaning is plain: keys in any order, the first
// of two equal keys, leading zeros, "-0" and bytes after the dictionary are read as the canonical
// message that says the same. Unknown keys are skipped. Only ids must have their exact width,
// because it tells the nodes of one network from those of another.

import { idView } from '@dht/id'
import { endpointFromCompact } from '../address/compact.ts'
import type { Endpoint } from '../address/endpoint.ts'
import { Dictionary } from '../bencode/dictionary.ts'
import { ABSENT, isString, lengthOf, type Span, spells, viewOf } from '../bencode/span.ts'
import type { NamedField, Properties } from '../fields/field.ts'
import type { BuiltInMethod, Query } from '../methods/index.ts'
import type { Method } from '../methods/method.ts'
import { isUnknownRead, unknownMethod } from '../methods/unknown.ts'
import type { Network } from '../network.ts'
import type { ErrorMessage, QueryHead } from './envelope.ts'
import { ErrorCode } from './error-code.ts'
import { UNKNOWN_METHOD, unusableText } from './error-text.ts'
import {
  MAX_DATAGRAM,
  MAX_ERROR_CODE,
  MAX_ERROR_TEXT,
  MAX_METHOD,
  MAX_TRANSACTION_ID,
  MAX_VERSION,
  MIN_DATAGRAM,
} from './limits.ts'
import { type Malformed, malformed } from './malformed.ts'
import type { DecodedMessage, DecodedResponse } from './message.ts'
import { type Outline, outlineOf } from './outline.ts'
import { printable } from './text.ts'

/**
 * Reads a datagram.
 *
 * @param bytes - any bytes; byte strings of the message are views of them
 * @param network - its methods are those that are understood
 * @returns a message of this network, or why the bytes are none
 * @see BEP 5, "KRPC Protocol"
 */
export function decodeMessage<M extends Method = BuiltInMethod>(
  bytes: Uint8Array,
  network: Network<M>,
): DecodedMessage<M> | Malformed {
  if (bytes.length < MIN_DATAGRAM || bytes.length > MAX_DATAGRAM)
    return malformed('size', { isQuery: false })
  const outline = outlineOf(bytes)
  if (outline === undefined) return malformed('bencode', { isQuery: false })
  const isQuery = spells(bytes, outline.kind, 'q')
  const length = lengthOf(outline.transactionId)
  if (length < 1 || length > MAX_TRANSACTION_ID) return malformed('transaction-id', { isQuery })
  const transactionId = viewOf(bytes, outline.transactionId)
  if (!isOfNetwork(outline, network)) {
    return malformed('network', { isQuery, transactionId })
  }
  // A node without BEP 50 has no part in the overlays of topics.
  if (lengthOf(outline.topic) === network.idLength) {
    return malformed('topic', { isQuery, transactionId })
  }
  if (isQuery) return readQuery(outline, transactionId, network)
  if (spells(bytes, outline.kind, 'r')) return readResponse(outline, transactionId, network)
  if (spells(bytes, outline.kind, 'e')) return readError(outline, transactionId)
  return malformed('kind', { isQuery, transactionId })
}

/** Where messages have no key, one that names a network belongs to that network. */
function isOfNetwork({ bytes, networkKey }: Outline, { key }: Pick<Network, 'key'>): boolean {
  return key === undefined ? !isString(networkKey) : spells(bytes, networkKey, key)
}

function readQuery<M extends Method>(
  outline: Outline,
  transactionId: Uint8Array,
  network: Network<M>,
): Query<M> | Malformed {
  const { bytes } = outline
  const dictionary = outline.arguments ?? new Dictionary(bytes)
  const legible = { isQuery: true, transactionId }
  const idSpan = dictionary.string('id')
  if (!isString(idSpan)) return malformed('id', { ...legible, ...unusable('id', idSpan) })
  // An id of another width belongs to another network. It gets no response, not even an error.
  if (lengthOf(idSpan) !== network.idLength) return malformed('id', legible)
  if (lengthOf(outline.method) < 1) {
    return malformed('method', { ...legible, ...unusable('q', outline.method) })
  }
  const method = network.methods.spelled(bytes, outline.method)
  const head: QueryHead = {
    kind: 'query',
    method: method?.name ?? 'unknown',
    transactionId,
    version: versionOf(outline),
    ip: ipOf(outline),
    id: idView(viewOf(bytes, idSpan)),
    readOnly: outline.readOnly ?? false,
  }
  const source = { dictionary, network }
  if (method !== undefined) return readArguments(head, method, source) as Query<M>
  const name = printable(viewOf(bytes, outline.method), MAX_METHOD)
  if (!isUnknownRead(name, dictionary)) {
    const [code, text] = [ErrorCode.methodUnknown, UNKNOWN_METHOD]
    return malformed('method', { ...legible, code, text })
  }
  const named = { ...head, name }
  return readArguments(named, unknownMethod, source) as Query<M>
}

/** Where fields are read from. */
interface Source {
  readonly dictionary: Dictionary
  readonly network: Network<Method>
}

/** Adds the arguments to what has been read of a query. */
function readArguments(query: QueryHead, method: Method, source: Source): QueryHead | Malformed {
  const bad = readFields(query, method.arguments, source)
  if (bad !== undefined) return badArgument(query, bad, source)
  const misfit = method.misfit(query)
  return misfit === undefined ? query : badArgument(query, misfit, source)
}

/** @param bad - the argument that is missing or unusable */
function badArgument(
  { transactionId }: QueryHead,
  bad: NamedField,
  { dictionary, network }: Source,
): Malformed {
  const legible = { isQuery: true, transactionId }
  // An error message would only go to another network.
  if (bad.isForeign?.(dictionary, network)) return malformed('argument', legible)
  const text = unusableText(bad.key, dictionary.has(bad.key))
  return malformed('argument', { ...legible, code: ErrorCode.protocol, text })
}

/** What the sender of a query is told of a value that is missing or unusable. */
function unusable(key: string, value: Span): Pick<Malformed, 'code' | 'text'> {
  return { code: ErrorCode.protocol, text: unusableText(key, value !== ABSENT) }
}

/** Adds the values of fields to a message. Returns the first required field without a value. */
function readFields(
  message: object,
  fields: readonly NamedField[],
  { dictionary, network }: Source,
): NamedField | undefined {
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i]!
    const value = field.read(dictionary, network)
    if (value === undefined && field.isRequired) return field
    ;(message as Properties)[field.name] = value
  }
  return undefined
}

function readResponse<M extends Method>(
  outline: Outline,
  transactionId: Uint8Array,
  network: Network<M>,
): DecodedResponse<M> | Malformed {
  const { bytes, results } = outline
  const idSpan = results?.string('id')
  if (results === undefined || idSpan === undefined || lengthOf(idSpan) !== network.idLength) {
    return malformed('id', { isQuery: false, transactionId })
  }
  const response = {
    kind: 'response',
    transactionId,
    version: versionOf(outline),
    ip: ipOf(outline),
    id: idView(viewOf(bytes, idSpan)),
  }
  readFields(response, network.methods.results, { dictionary: results, network })
  return response as DecodedResponse<M>
}

/** An error message proves nothing about its sender, so an `r` beside it is not read. */
function readError(outline: Outline, transactionId: Uint8Array): ErrorMessage {
  const { bytes, error } = outline
  const code = error?.code ?? 0
  const text = error !== undefined && isString(error.text) ? viewOf(bytes, error.text) : undefined
  return {
    kind: 'error',
    transactionId,
    version: versionOf(outline),
    ip: ipOf(outline),
    code: code > 0 && code <= MAX_ERROR_CODE ? code : 0,
    text: text === undefined ? '' : printable(text, MAX_ERROR_TEXT),
  }
}

/** A longer version counts as absent. */
function versionOf({ bytes, version }: Outline): Uint8Array | undefined {
  const length = lengthOf(version)
  return length >= 0 && length <= MAX_VERSION ? viewOf(bytes, version) : undefined
}

function ipOf({ bytes, ip }: Outline): Endpoint | undefined {
  return isString(ip) ? endpointFromCompact(viewOf(bytes, ip)) : undefined
}
