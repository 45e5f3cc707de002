// How much of a response fits its budget. Something always has to give when peers or contacts are
// many, and what gives first is what the asker misses least: peers from the end of the list, then
// the farthest contacts of the family it did not ask by, then those of its own.
//
// Everything is counted before a byte is written, so a response is written once.

import { contactSize, type Nodes, nodesSize } from '../address/contacts.ts'
import { stringSize } from '../bencode/writer.ts'
import { EncodeError } from '../errors.ts'
import type { Network } from '../network.ts'
import type { Response } from './message.ts'
import { messageSize } from './size.ts'

/**
 * Cuts a response to its budget, as `encodeMessage` does.
 *
 * @param response - one that can be written; nothing else is checked here
 * @param budget - most bytes of UDP payload, up to 1500
 * @returns the response itself when it fits
 * @throws {EncodeError} when not even the parts that cannot be cut fit
 */
export function fitReply(response: Response, network: Network, budget: number): Response {
  let excess = messageSize(response, network) - budget
  if (excess <= 0) return response
  let count = response.values?.length ?? 0
  while (excess > 0 && count > 0) excess -= stringSize(response.values![--count]!.length)
  const values = response.values?.slice(0, count)
  const cut = (nodes: Nodes | undefined, record: number): Nodes | undefined => {
    if (nodes === undefined) return undefined
    const whole = nodesSize(nodes)
    let left = whole
    while (excess > 0 && left > 0) {
      excess -= stringSize(left) - stringSize(left - record)
      left -= record
    }
    if (left === whole) return nodes
    return nodes instanceof Uint8Array ? nodes.subarray(0, left) : nodes.slice(0, left / record)
  }
  let { nodes, nodes6 } = response
  const record6 = contactSize(network.idLength, 6)
  const record4 = contactSize(network.idLength, 4)
  // `ip` is the asker as we see it: its length tells by which family it asked.
  const asksByV6 = response.ip?.family === 6
  if (!asksByV6) nodes6 = cut(nodes6, record6)
  nodes = cut(nodes, record4)
  nodes6 = cut(nodes6, record6)
  if (excess > 0) {
    const least = String(budget + excess)
    throw new EncodeError({ what: 'budget', expected: `at least ${least}`, got: String(budget) })
  }
  return { ...response, nodes, nodes6, values }
}
