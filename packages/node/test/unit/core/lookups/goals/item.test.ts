// The goal of a lookup for an item: which nodes count as its holders.

import { randomId } from '@dht/id'
import { contact, endpoint, type Response } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { expect, it } from 'vitest'
import { nodeCrypto } from '../../../../../src/adapters/node-crypto.ts'
import { mutableTarget } from '../../../../../src/core/items/item.ts'
import { ItemGoal } from '../../../../../src/core/lookups/goals/item.ts'
import { toNewItem } from '../../../../../src/shell/item-arguments.ts'

const NETWORK = { crypto: nodeCrypto, idLength: 20 }
const secretKey = new Uint8Array(32).fill(5)
const k = nodeCrypto.publicKeyOf(secretKey)
const salt = new Uint8Array(0)
const target = mutableTarget({ k, salt }, nodeCrypto)
const node = (n: number) => contact(randomId(20, seededRandom(n)), endpoint(`20.0.0.${n}`, 1))

/** The response of a node that has version `seq`. */
function version(seq: bigint, change = {}): Response {
  const { v, signed } = toNewItem(
    { value: Uint8Array.of(Number(seq)), secretKey, seq },
    {},
    NETWORK,
  ).item
  return { v, k, seq, sig: signed!.sig, ...change } as unknown as Response
}

it('ITEM-16: holders are the nodes that returned the newest version, and it alone', () => {
  const goal = new ItemGoal({ target, crypto: nodeCrypto, salt })
  const nodes = [1, 2, 3, 4, 5, 6].map(node)
  const forged = version(2n, { sig: new Uint8Array(64) })
  const responses = [version(1n), version(1n), version(2n), version(1n), forged, version(2n)]
  for (const [at, response] of responses.entries()) goal.fold(response as never, nodes[at]!)
  expect(goal.item?.signed?.seq).toBe(2n)
  // Node 5 has the same version and value, so its signature does not matter.
  expect(goal.holders).toEqual([nodes[2], nodes[4], nodes[5]])
})

it('ITEM-17: an older or another value under a forged signature makes no holder', () => {
  const goal = new ItemGoal({ target, crypto: nodeCrypto, salt })
  goal.fold(version(2n) as never, node(1))
  const { v } = toNewItem({ value: Uint8Array.of(255), secretKey, seq: 2n }, {}, NETWORK).item
  goal.fold(version(2n, { v }) as never, node(2))
  goal.fold(version(9n, { sig: new Uint8Array(64) }) as never, node(3))
  expect(goal.holders).toEqual([node(1)])
})
