// Messages of one network read by a node of the other. Both have the same envelope, so what tells
// them apart is the key of `dht256` and the width of ids.

import {
  decodeMessage,
  dht256,
  encodeMessage,
  type Malformed,
  type Message,
  mainline,
  type Network,
} from '@dht/krpc'
import { anyId } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyMessage } from '../support/messages.ts'

const DIRECTIONS: readonly (readonly [string, Network, Network])[] = [
  ['dht256 read in Mainline', dht256, mainline],
  ['Mainline read in dht256', mainline, dht256],
]

/** Any message, and the query that `anyMessage` leaves out. */
function anyMessageOf(network: Network): fc.Arbitrary<Message> {
  if (!network.methods.has('sample_infohashes')) return anyMessage(network)
  const target = anyId(network.idLength)
  const samples = fc.record({
    kind: fc.constant('query' as const),
    method: fc.constant('sample_infohashes' as const),
    transactionId: fc.uint8Array({ minLength: 1, maxLength: 32 }),
    id: target,
    target,
  })
  return fc.oneof(
    { arbitrary: anyMessage(network), weight: 9 },
    { arbitrary: samples as fc.Arbitrary<Message>, weight: 1 },
  )
}

describe('PROTO-74: a message of one network is none of the other', () => {
  it.each(DIRECTIONS)('%s: any message gets a verdict and no reply', (_name, from, to) => {
    const kinds = new Set<string>()
    fc.assert(
      fc.property(anyMessageOf(from), (message) => {
        kinds.add(message.kind === 'query' ? message.method : message.kind)
        const bytes = encodeMessage(message, from)
        expect(decodeMessage(bytes, from).kind).toBe(message.kind)
        const read = decodeMessage(bytes, to) as Malformed
        expect(read).toMatchObject({ kind: 'malformed', reason: 'network' })
        // Without a code no error message is sent to the other network.
        expect(read.code).toBeUndefined()
      }),
      { numRuns: 300 },
    )
    // Every method of the network was among the messages.
    expect([...kinds]).toEqual(expect.arrayContaining(['response', 'error', 'unknown']))
    expect([...kinds]).toEqual(expect.arrayContaining([...from.methods.names]))
  })
})
