// How much of a response fits its budget. Something always has to give when peers or contacts are
// many, and what gives first is what the asker misses least: peers from the end of the list, then
// the farthest contacts of the family it did not ask by, then those of its own.
//
// Everything is counted before a byte is written, so a response is written once.

import { stringSize } from './bencode/writer.ts'
import { contactSize } from './contacts.ts'
import { EncodeError } from './errors.ts'
import type { Response } from './message.ts'
import type { Network } from './network.ts'

/** How many bytes of contacts and how many peers to write. */
export interface ReplyFit {
  readonly nodes: number
  readonly nodes6: number
  readonly values: number
}

/** `d1:rd2:id` … `e1:t` … `1:y1:re` */
const FRAME = 'd1:rd2:ide1:t1:y1:re'.length

/**
 * Cuts a response to its budget.
 *
 * @param budget - bytes of UDP payload
 * @throws {EncodeError} when not even the parts that cannot be cut fit
 */
export function fitReply(response: Response, network: Network, budget: number): ReplyFit {
  let { nodes, nodes6, values } = whole(response)
  let excess = sizeOf(response, network) - budget
  if (excess <= 0) return { nodes, nodes6, values }
  while (excess > 0 && values > 0) excess -= stringSize(response.values![--values]!.length)
  const cut = (length: number, record: number): number => {
    let left = length
    while (excess > 0 && left > 0) {
      excess -= stringSize(left) - stringSize(left - record)
      left -= record
    }
    return left
  }
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
  return { nodes, nodes6, values }
}

function whole({ nodes, nodes6, values }: Response): ReplyFit {
  return { nodes: nodes?.length ?? 0, nodes6: nodes6?.length ?? 0, values: values?.length ?? 0 }
}

/** Bytes of the response as it stands. */
function sizeOf(response: Response, network: Network): number {
  const { transactionId, version, id, nodes, nodes6, token, values, ip } = response
  let size = FRAME + stringSize(id.length) + stringSize(transactionId.length)
  if (network.key !== undefined) size += '1:n'.length + stringSize(network.key.length)
  if (version !== undefined) size += '1:v'.length + stringSize(version.length)
  if (ip !== undefined) size += '2:ip'.length + stringSize(ip.family === 4 ? 6 : 18)
  if (nodes !== undefined) size += '5:nodes'.length + stringSize(nodes.length)
  if (nodes6 !== undefined) size += '6:nodes6'.length + stringSize(nodes6.length)
  if (token !== undefined) size += '5:token'.length + stringSize(token.length)
  if (values === undefined) return size
  size += '6:valuesle'.length
  for (const value of values) size += stringSize(value.length)
  return size
}
