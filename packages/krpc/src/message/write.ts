// The one description of a message's bytes: encode.ts writes them with it, and size.ts counts them.
// Keys are sorted, numbers have no leading zeros, and optional parts are written only when they say
// something. The message has been checked before (checks.ts).

import { COMPACT_V4, COMPACT_V6, compactEndpoint } from '../address/compact.ts'
import type { Output } from '../bencode/output.ts'
import type { NamedField, Properties } from '../fields/field.ts'
import type { Method } from '../methods/method.ts'
import { unknownMethod, wireNameOf } from '../methods/unknown.ts'
import type { Network } from '../network.ts'
import type { Envelope, ErrorMessage, QueryHead, ResponseHead } from './envelope.ts'

/** A message of any method. */
export type AnyMessage = QueryHead | ResponseHead | ErrorMessage

export function writeMessage(output: Output, message: AnyMessage, network: Network<Method>): void {
  if (message.kind === 'query') writeQuery(output, message, network)
  else if (message.kind === 'response') writeResponse(output, message, network)
  else writeError(output, message, network)
}

function writeQuery(output: Output, query: QueryHead, network: Network<Method>): void {
  const { written } = network.methods.named(query.method) ?? unknownMethod
  output.raw('d1:ad')
  writeFields(output, query, written)
  output.raw('e')
  writeIpAndKey(output, query, network)
  output.raw('1:q')
  output.text(wireNameOf(query))
  if (query.readOnly) output.raw('2:roi1e')
  writeTransaction(output, query)
  output.raw('1:y1:qe')
}

function writeResponse(output: Output, response: ResponseHead, network: Network<Method>): void {
  output.raw('d')
  writeIpAndKey(output, response, network)
  output.raw('1:rd')
  writeFields(output, response, network.methods.written)
  output.raw('e')
  writeTransaction(output, response)
  output.raw('1:y1:re')
}

function writeError(output: Output, error: ErrorMessage, network: Network<Method>): void {
  output.raw('d1:el')
  output.integer(error.code)
  output.text(error.text)
  output.raw('e')
  writeIpAndKey(output, error, network)
  writeTransaction(output, error)
  output.raw('1:y1:ee')
}

function writeFields(output: Output, message: object, fields: readonly NamedField[]): void {
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i]!
    const value = (message as Properties)[field.name]
    if (value !== undefined) field.write(output, value)
  }
}

function writeIpAndKey(output: Output, { ip }: Envelope, { key }: Network<Method>): void {
  if (ip !== undefined) {
    output.raw('2:ip')
    output.lazyString(ip.family === 4 ? COMPACT_V4 : COMPACT_V6, compactEndpoint, ip)
  }
  if (key !== undefined) {
    output.raw('1:n')
    output.text(key)
  }
}

function writeTransaction(output: Output, { transactionId, version }: Envelope): void {
  output.raw('1:t')
  output.string(transactionId)
  if (version === undefined) return
  output.raw('1:v')
  output.string(version)
}
