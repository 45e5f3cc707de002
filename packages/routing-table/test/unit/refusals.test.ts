// Errors of options, and that a member that leaves does not count against its successor.

import { idFromHex } from '@dht/id'
import { expect, it } from 'vitest'
import { RoutingTable, RoutingTableOptionError } from '../../src/index.ts'

const self = idFromHex('00')
const contact = (hex: string) => ({ id: idFromHex(hex) })

it('names an option that does not exist', () => {
  expect(() => new RoutingTable(self, { bucketSize: 8 } as never)).toThrow(
    /^option: expected a known name, such as .*, got "bucketSize"$/,
  )
})

it('`is` distinguishes it from other errors by its code', () => {
  const other = Object.assign(new Error('x'), { code: 'ERR_OTHER' })
  expect(RoutingTableOptionError.is(other)).toBe(false)
})

it('an admission rule is told which member a newcomer replaces', () => {
  const admission = {
    admits: (_: unknown, { members, leaving }: { members: readonly unknown[]; leaving: unknown }) =>
      members.length === 0 || leaving !== undefined,
    joined: () => {},
    left: () => {},
  }
  const table = new RoutingTable<{ id: typeof self }>(self, { k: 1, badAfter: 1, admission })
  const [first, second] = [contact('80'), contact('81')]
  expect(table.responded(first, 0)).toEqual({ kind: 'added' })
  expect(table.responded(second, 1)).toEqual({ kind: 'refused', reason: 'admission' })
  expect(table.failed(first, 2)).toEqual({ kind: 'failed', standing: 'bad' })
  expect(table.responded(second, 3)).toEqual({ kind: 'replaced', evicted: first })
})

it('refuses a misspelt option of closest, and anything else than contacts to restore', () => {
  const table = new RoutingTable<{ id: typeof self }>(self)
  const code = 'ERR_DHT_ROUTING_TABLE_ARGUMENT'
  expect(() => table.closest(self, 8, { verified: true } as never)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining('"verified"') }),
  )
  expect(() => table.restore({ contacts: [] } as never)).toThrow(expect.objectContaining({ code }))
  expect(table.closest(self, 8, { verifiedOnly: true })).toEqual([])
})
