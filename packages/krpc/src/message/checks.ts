// What must hold of a message before it is written. A peer's message never comes here, so whatever
// is wrong is the caller's fault and thrown.

import { isBytes, showValue } from '@dht/id'
import { contactSize, type Nodes } from '../address/contacts.ts'
import { type Family, isPort } from '../address/endpoint.ts'
import { EncodeError } from '../errors.ts'
import type { Network } from '../network.ts'
import {
  MAX_DATAGRAM,
  MAX_ERROR_CODE,
  MAX_ERROR_TEXT,
  MAX_METHOD,
  MAX_TOKEN,
  MAX_TRANSACTION_ID,
  MAX_VERSION,
} from './limits.ts'
import type { ErrorMessage, Message, Query, Response } from './message.ts'
import { isPrintable } from './text.ts'

/** The write that is read as no message. */
const UNREADABLE_METHOD = 'put'

/** @throws {EncodeError} when the envelope or the budget cannot be written */
export function checkEnvelope(message: Message, budget: number): void {
  const { transactionId, version } = message
  checkBytes('transaction id', transactionId)
  if (transactionId.length === 0) refuse('transaction id', '1 byte or more', 0)
  checkLength('transaction id', transactionId, MAX_TRANSACTION_ID)
  if (version !== undefined) checkLength('version', version, MAX_VERSION)
  if (!Number.isInteger(budget) || budget < 1 || budget > MAX_DATAGRAM) {
    refuse('budget', `1 to ${MAX_DATAGRAM} bytes`, budget)
  }
}

/** @throws {EncodeError} when an id has another width or an argument is out of range */
export function checkQuery(query: Query, network: Network): void {
  checkId('id', query.id, network)
  if (query.method !== 'unknown' && !network.methods.includes(query.method)) {
    refuse('method', `one of ${network.methods.join(', ')}`, query.method)
  }
  if (query.method === 'ping') return
  checkId('target', query.target, network)
  if (query.method === 'announce_peer') {
    checkLength('token', query.token, MAX_TOKEN)
    if (!isPort(query.port)) refuse('port', '1 to 65535', query.port)
  }
  if (query.method === 'withdraw_peer') checkLength('token', query.token, MAX_TOKEN)
  if (query.method === 'unknown') checkMethod(query.name, network)
}

/** @throws {EncodeError} when an id has another width or a result is mis-sized */
export function checkResponse(response: Response, network: Network): void {
  checkId('id', response.id, network)
  checkNodes('nodes', response.nodes, { network, family: 4 })
  checkNodes('nodes6', response.nodes6, { network, family: 6 })
  if (response.token !== undefined) checkLength('token', response.token, MAX_TOKEN)
  for (const value of response.values ?? []) {
    checkBytes('value', value)
    if (value.length !== 6 && value.length !== 18) refuse('value', '6 or 18 bytes', value.length)
  }
}

/** @throws {EncodeError} when the code is out of range, or the text too long or not printable */
export function checkError({ code, text }: ErrorMessage): void {
  if (!Number.isInteger(code) || code < 0 || code > MAX_ERROR_CODE) {
    refuse('error code', `0 to ${MAX_ERROR_CODE}`, code)
  }
  if (typeof text !== 'string' || text.length > MAX_ERROR_TEXT || !isPrintable(text)) {
    refuse('error text', `at most ${MAX_ERROR_TEXT} printable ASCII characters`, text)
  }
}

function checkMethod(name: string, { methods }: Network): void {
  if (
    typeof name !== 'string' ||
    name.length === 0 ||
    name.length > MAX_METHOD ||
    !isPrintable(name)
  ) {
    refuse('method', `1 to ${MAX_METHOD} printable ASCII characters`, name)
  }
  const isKnown = name === UNREADABLE_METHOD || methods.some((method) => method === name)
  if (isKnown) refuse('method', 'the name of an unknown read', name)
}

function checkBytes(what: string, bytes: Uint8Array): void {
  if (!isBytes(bytes)) refuse(what, 'a Uint8Array', bytes)
}

function checkId(what: string, id: Uint8Array, network: Network): void {
  checkBytes(what, id)
  if (id.length !== network.idLength) refuse(what, `${network.idLength} bytes`, id.length)
}

function checkNodes(
  what: string,
  nodes: Nodes | undefined,
  { network, family }: { readonly network: Network; readonly family: Family },
): void {
  if (nodes === undefined) return
  const { idLength } = network
  if (nodes instanceof Uint8Array) {
    const size = contactSize(idLength, family)
    if (nodes.length % size !== 0) refuse(what, `whole records of ${size} bytes`, nodes.length)
    return
  }
  // Not by size: an IPv4 contact of a wide id is as long as an IPv6 contact of a narrow one.
  for (const each of nodes) {
    if (each.family !== family) refuse(what, `contacts of IPv${family}`, each.family)
    if (each.idLength !== idLength) refuse(what, `ids of ${idLength} bytes`, each.idLength)
  }
}

function checkLength(what: string, bytes: Uint8Array, max: number): void {
  checkBytes(what, bytes)
  if (bytes.length > max) refuse(what, `at most ${max} bytes`, bytes.length)
}

function refuse(what: string, expected: string, got: unknown): never {
  throw new EncodeError({ what, expected, got: showValue(got) })
}
