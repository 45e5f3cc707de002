import type { Item } from '@dht/node'
import { expect, it } from 'vitest'
import { toJson } from '../../src/stored-values.ts'

const OWN = 'ab'.repeat(20)

function itemOf(seq: bigint): Item {
  const signed = { publicKey: '01'.repeat(32), salt: '', seq, signature: '02'.repeat(64) }
  return { id: 'cd'.repeat(20), value: '68', encoded: '313a68', signed }
}

it.each([
  [5n, 5],
  [2n ** 53n - 1n, 2 ** 53 - 1],
  [2n ** 53n, '9007199254740992'],
  [2n ** 63n - 1n, '9223372036854775807'],
])('writes version %s as JSON', (seq, written) => {
  const { values } = JSON.parse(JSON.stringify(toJson([], [itemOf(seq)], OWN)))
  expect(values['cd'.repeat(20)]).toMatchObject({ v: '68', id: OWN, seq: written })
})
