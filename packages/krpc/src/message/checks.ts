// What must hold of a message before it is written. Only callers' messages come here, never those
// of peers, so every error is thrown.

import {
  checkBytes,
  checkLength,
  type NamedField,
  type Properties,
  refuse,
  type WireFormat,
} from '../fields/field.ts'
import type { Method } from '../methods/method.ts'
import { checkUnknownName, isUnknown, unknownMethod } from '../methods/unknown.ts'
import type { Network } from '../network.ts'
import type { Envelope, ErrorMessage, QueryHead, ResponseHead } from './envelope.ts'
import {
  MAX_DATAGRAM,
  MAX_ERROR_CODE,
  MAX_ERROR_TEXT,
  MAX_TRANSACTION_ID,
  MAX_VERSION,
} from './limits.ts'
import { isPrintable } from './text.ts'

/** @throws {EncodeError} when the envelope or the budget cannot be written */
export function checkEnvelope({ transactionId, version }: Envelope, budget: number): void {
  checkBytes('transaction id', transactionId)
  if (transactionId.length === 0) refuse('transaction id', '1 byte or more', 0)
  checkLength('transaction id', transactionId, MAX_TRANSACTION_ID)
  if (version !== undefined) checkLength('version', version, MAX_VERSION)
  if (!Number.isInteger(budget) || budget < 1 || budget > MAX_DATAGRAM) {
    refuse('budget', `1 to ${MAX_DATAGRAM} bytes`, budget)
  }
}

/** @throws {EncodeError} when the network lacks the method, or an argument must not be written */
export function checkQuery(query: QueryHead, network: Network<Method>): void {
  const { methods } = network
  const method = isUnknown(query) ? unknownMethod : methods.named(query.method)
  if (method === undefined) refuse('method', `one of ${methods.names.join(', ')}`, query.method)
  checkFields(query, method.written, network)
  if (isUnknown(query)) checkUnknownName(query.name, methods)
}

/** @throws {EncodeError} when the id or a result must not be written */
export function checkResponse(response: ResponseHead, network: Network<Method>): void {
  checkFields(response, network.methods.written, network)
}

function checkFields(message: object, fields: readonly NamedField[], format: WireFormat): void {
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i]!
    const value = (message as Properties)[field.name]
    if (value !== undefined || field.isRequired) field.check(value, field.name, format)
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
