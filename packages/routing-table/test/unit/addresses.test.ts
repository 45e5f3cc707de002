import { expect, it } from 'vitest'
import { Addresses } from '../../src/addresses.ts'
import { newEntry } from '../../src/entry.ts'
import { type Node, node } from '../support/world.ts'

const entryAt = (address: string | undefined, byte = 1) => newEntry<Node>(node(byte), address)

it('an address is told from another by the whole of it, not by its hash', () => {
  const addresses = new Addresses<Node>()
  const [first, second] = [entryAt('Aa'), entryAt('BB', 2)]
  expect(first.addressHash).toBe(second.addressHash)
  addresses.add(first)
  expect(addresses.neighbourOf(second)).toBeUndefined()
  addresses.add(second)
  expect(addresses.neighbourOf(entryAt('BB'))).toBe(second)
  expect(addresses.neighbourOf(entryAt('Aa'))).toBe(first)
})

it('whoever leaves is gone, the others stay, whichever leaves first', () => {
  for (const leaving of [0, 1, 2]) {
    const addresses = new Addresses<Node>()
    const all = ['a', 'b', 'c'].map((address) => entryAt(address))
    for (const each of all) addresses.add(each)
    addresses.remove(all[leaving]!)
    const found = all.map((each) => addresses.neighbourOf(each))
    expect(found).toEqual(all.map((each, at) => (at === leaving ? undefined : each)))
  }
})

it('who has no address lives nowhere', () => {
  const addresses = new Addresses<Node>()
  const [homeless, other] = [entryAt(undefined), entryAt('a')]
  addresses.add(homeless)
  addresses.add(other)
  addresses.remove(homeless)
  expect(addresses.neighbourOf(homeless)).toBeUndefined()
  expect(addresses.neighbourOf(other)).toBe(other)
})
