// What a message takes on the wire, counted without writing it: to keep a budget, or to keep count.

import { nodesSize } from '../address/contacts.ts'
import { stringSize } from '../bencode/writer.ts'
import type { Network } from '../network.ts'
import type { Want } from './envelope.ts'
import type { ErrorMessage, Message, Query, Response } from './message.ts'

/** `d` … `1:t` … `1:y1:qe` */
const FRAME = 'd1:t1:y1:qe'.length

/**
 * Bytes of what `encodeMessage` writes, where nothing has to be cut.
 *
 * @param message - one that can be written; of others the size means nothing
 */
export function messageSize(message: Message, network: Network): number {
  const { transactionId, version } = message
  let size = FRAME + stringSize(transactionId.length)
  if (network.key !== undefined) size += '1:n'.length + stringSize(network.key.length)
  if (version !== undefined) size += '1:v'.length + stringSize(version.length)
  if (message.kind === 'query') return size + querySize(message)
  return size + (message.kind === 'response' ? responseSize(message) : errorSize(message))
}

function querySize(query: Query): number {
  const { id, readOnly } = query
  const name = query.method === 'unknown' ? query.name : query.method
  const size = '1:ad2:ide1:q'.length + stringSize(id.length) + stringSize(name.length)
  return size + argumentsSize(query) + (readOnly ? '2:roi1e'.length : 0)
}

function argumentsSize(query: Query): number {
  switch (query.method) {
    case 'ping':
      return 0
    case 'find_node':
    case 'unknown':
      return '6:target'.length + stringSize(query.target.length) + wantSize(query.want)
    case 'get_peers':
      return '9:info_hash'.length + stringSize(query.target.length) + wantSize(query.want)
    case 'withdraw_peer': {
      const { target, token } = query
      return '6:target5:token'.length + stringSize(target.length) + stringSize(token.length)
    }
    case 'announce_peer': {
      const { target, port, token, impliedPort } = query
      const size = '9:info_hash4:portie5:token'.length + String(port).length
      const implied = impliedPort ? '12:implied_porti1e'.length : 0
      return size + stringSize(target.length) + stringSize(token.length) + implied
    }
  }
}

function wantSize(want: Want | undefined): number {
  if (want === undefined) return 0
  return '4:wantle'.length + (want.n4 ? '2:n4'.length : 0) + (want.n6 ? '2:n6'.length : 0)
}

function responseSize({ id, nodes, nodes6, token, values, ip }: Response): number {
  let size = '1:rd2:ide'.length + stringSize(id.length)
  if (ip !== undefined) size += '2:ip'.length + stringSize(ip.family === 4 ? 6 : 18)
  if (nodes !== undefined) size += '5:nodes'.length + stringSize(nodesSize(nodes))
  if (nodes6 !== undefined) size += '6:nodes6'.length + stringSize(nodesSize(nodes6))
  if (token !== undefined) size += '5:token'.length + stringSize(token.length)
  if (values === undefined) return size
  size += '6:valuesle'.length
  for (const value of values) size += stringSize(value.length)
  return size
}

function errorSize({ code, text }: ErrorMessage): number {
  return '1:elie'.length + String(code).length + stringSize(text.length) + 'e'.length
}
