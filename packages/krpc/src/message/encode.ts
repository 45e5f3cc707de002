// A message to its one canonical form: keys sorted, no leading zeros, nothing optional spelled out.
// Peers are strict about what they take (one refuses unsorted keys, another drops a whole message
// over half a contact), so what they would choke on is refused here, before it is written.

import { compactEndpoint } from '../address/compact.ts'
import type { Nodes } from '../address/contacts.ts'
import { Writer } from '../bencode/writer.ts'
import { EncodeError } from '../errors.ts'
import { writeAnnouncePeer } from '../methods/announce-peer.ts'
import { writeFindNode } from '../methods/find-node.ts'
import { writeGetPeers } from '../methods/get-peers.ts'
import { writeUnknown } from '../methods/unknown.ts'
import { writeWithdrawPeer } from '../methods/withdraw-peer.ts'
import type { Network } from '../network.ts'
import { checkEnvelope, checkError, checkQuery, checkResponse } from './checks.ts'
import type { Envelope } from './envelope.ts'
import type { ErrorMessage, Message, Query, Response } from './message.ts'
import { fitReply } from './reply-fit.ts'

const writer = new Writer()

/**
 * Writes a message.
 *
 * A response that is too large for the budget loses peers from the end of `values`, then contacts
 * from the end of `nodes6` and `nodes` (in the other order when it goes to an IPv6 node, which its
 * `ip` tells). Nothing else is ever cut.
 *
 * @param budget - most bytes of UDP payload, up to 1500; by default the network's reply budget
 * @returns bytes that are not written again; a view of a larger buffer, so copy what is kept long
 * @throws {EncodeError} when a width, a range or a size is off, or the budget too small
 * @see BEP 5, "KRPC Protocol"; BEP 32; BEP 42; BEP 43
 */
export function encodeMessage(
  message: Message,
  network: Network,
  budget: number = network.replyBudget,
): Uint8Array {
  checkEnvelope(message, budget)
  writer.begin()
  if (message.kind === 'query') writeQuery(message, network)
  else if (message.kind === 'response') writeResponse(message, network, budget)
  else writeError(message, network)
  const bytes = writer.finish()
  if (bytes.length > budget) {
    const expected = `at most ${budget} bytes`
    throw new EncodeError({ what: message.kind, expected, got: String(bytes.length) })
  }
  return bytes
}

function writeQuery(query: Query, network: Network): void {
  checkQuery(query, network)
  writer.raw('d1:ad2:id')
  writer.string(query.id)
  writeArguments(query)
  writer.raw('e')
  writeNetworkKey(network)
  writer.raw('1:q')
  writer.text(query.method === 'unknown' ? query.name : query.method)
  if (query.readOnly) writer.raw('2:roi1e')
  writeEnvelope(query)
  writer.raw('1:y1:qe')
}

function writeArguments(query: Query): void {
  switch (query.method) {
    case 'ping':
      break
    case 'find_node':
      writeFindNode(writer, query)
      break
    case 'get_peers':
      writeGetPeers(writer, query)
      break
    case 'announce_peer':
      writeAnnouncePeer(writer, query)
      break
    case 'withdraw_peer':
      writeWithdrawPeer(writer, query)
      break
    case 'unknown':
      writeUnknown(writer, query)
      break
  }
}

function writeResponse(response: Response, network: Network, budget: number): void {
  checkResponse(response, network)
  const { id, nodes, nodes6, token, values, ip } = fitReply(response, network, budget)
  writer.raw('d')
  if (ip !== undefined) {
    writer.raw('2:ip')
    writer.string(compactEndpoint(ip))
  }
  writeNetworkKey(network)
  writer.raw('1:rd2:id')
  writer.string(id)
  writeContacts('5:nodes', nodes)
  writeContacts('6:nodes6', nodes6)
  if (token !== undefined) {
    writer.raw('5:token')
    writer.string(token)
  }
  if (values !== undefined) writeValues(values)
  writer.raw('e')
  writeEnvelope(response)
  writer.raw('1:y1:re')
}

function writeContacts(key: string, nodes: Nodes | undefined): void {
  if (nodes === undefined) return
  writer.raw(key)
  if (nodes instanceof Uint8Array) writer.string(nodes)
  else writer.row(nodes, nodes[0]?.size ?? 0)
}

function writeValues(values: readonly Uint8Array[]): void {
  writer.raw('6:valuesl')
  for (let i = 0; i < values.length; i++) writer.string(values[i]!)
  writer.raw('e')
}

function writeError(error: ErrorMessage, network: Network): void {
  checkError(error)
  writer.raw('d1:el')
  writer.integer(error.code)
  writer.text(error.text)
  writer.raw('e')
  writeNetworkKey(network)
  writeEnvelope(error)
  writer.raw('1:y1:ee')
}

function writeNetworkKey({ key }: Network): void {
  if (key === undefined) return
  writer.raw('1:n')
  writer.text(key)
}

function writeEnvelope({ transactionId, version }: Envelope): void {
  writer.raw('1:t')
  writer.string(transactionId)
  if (version === undefined) return
  writer.raw('1:v')
  writer.string(version)
}
