import { idFromBytes } from '@dht/id'
import { contact, endpoint } from '@dht/krpc'
import { RoutingTable } from '@dht/routing-table'
import { expect, it } from 'vitest'
import { CORE_DEFAULTS } from '../../../../src/core/config/defaults.ts'
import { tableOptions, transactionOptions } from '../../../../src/core/overlay/overlay-options.ts'

/** How many of eight contacts in one /24 are accepted, while the table is a single bucket. */
function taken(perBucket: number, perTable: number): number {
  const limits = { contactsPerSubnetInBucket: perBucket, contactsPerSubnet: perTable }
  const options = tableOptions({ ...CORE_DEFAULTS, ...limits })
  const table = new RoutingTable(idFromBytes(new Uint8Array(32)), options)
  for (let n = 1; n <= 8; n++) {
    const id = idFromBytes(new Uint8Array(32).fill(n))
    table.responded(contact(id, endpoint(`192.0.2.${n}`, 1)), 0)
  }
  return table.size
}

it.each([
  { perBucket: 0, perTable: 0, size: 8 },
  { perBucket: 1, perTable: 0, size: 1 },
  { perBucket: 0, perTable: 3, size: 3 },
  { perBucket: 2, perTable: 3, size: 2 },
  { perBucket: 3, perTable: 2, size: 2 },
])('of one subnet $perBucket per bucket and $perTable in all: $size', (row) => {
  expect(taken(row.perBucket, row.perTable)).toBe(row.size)
})

it('a table without limits has no admission rule', () => {
  expect(tableOptions(CORE_DEFAULTS)).not.toHaveProperty('admission')
})

it('buckets are as wide as configured, and never narrower than k', () => {
  const { widths, k } = tableOptions({ ...CORE_DEFAULTS, k: 20, bucketWidths: [64, 32, 16] })
  expect({ widths, k }).toEqual({ widths: [64, 32, 20], k: 20 })
})

it('times are whole, and a check lapses after twice the longest query', () => {
  const config = { ...CORE_DEFAULTS, quietMs: 99.5, giveUpMs: 10.2 }
  expect(tableOptions(config)).toMatchObject({
    checkIntervalMs: 0,
    questionableAfterMs: 100,
    refreshAfterMs: 100,
    checkTimeoutMs: 21,
  })
})

it('the timeouts are those of the node, and a suspect expires no later than others', () => {
  const timeouts = { firstTimeoutMs: 40, minTimeoutMs: 30, maxTimeoutMs: 50, giveUpMs: 100 }
  expect(transactionOptions({ ...CORE_DEFAULTS, ...timeouts })).toEqual({
    maxOpen: CORE_DEFAULTS.maxTransactions,
    ...timeouts,
    minGiveUpMs: 100,
  })
  expect(transactionOptions(CORE_DEFAULTS).minGiveUpMs).toBe(150)
})
