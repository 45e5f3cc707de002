import { expect, it } from 'vitest'
import { fullTable, newTable, T } from '../support/tables.ts'
import { node } from '../support/world.ts'

it('a member that was bad before our own bucket split is still replaced first', () => {
  const table = newTable()
  for (const byte of [0x80, 0x90]) table.responded(node(byte), 0)
  for (const now of [1, 2]) table.failed(node(0x80), now)
  expect(table.responded(node(0x40), 3)).toEqual({ kind: 'added' })
  expect(table.responded(node(0xa0), 4)).toEqual({ kind: 'replaced', evicted: node(0x80) })
})

it('a single failure does not bring a check forward: the most silent member is checked', () => {
  const table = fullTable([0x80, 0x90])
  for (const byte of [0x90, 0x40]) table.responded(node(byte), 1)
  expect(table.failed(node(0x90), 2)).toEqual({ kind: 'failed', standing: 'good' })
  expect(table.responded(node(0xa0), 3)).toEqual({ kind: 'waiting' })
  expect(table.takeCheck(T)).toEqual(node(0x80))
})
