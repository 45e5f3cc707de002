import { expect, it } from 'vitest'
import { Addresses } from '../../src/addresses.ts'
import { newEntry } from '../../src/table-entry.ts'
import { type Node, node } from '../support/world.ts'

const entryAt = (address: string | undefined, byte = 1) => newEntry<Node>(node(byte), address)

it('addresses are distinguished completely, not by their hashes', () => {
  const addresses = new Addresses<Node>()
  const [first, second] = [entryAt('Aa'), entryAt('BB', 2)]
  expect(first.addressHash).toBe(second.addressHash)
  addresses.add(first)
  expect(addresses.memberAtAddressOf(second)).toBeUndefined()
  addresses.add(second)
  expect(addresses.memberAtAddressOf(entryAt('BB'))).toBe(second)
  expect(addresses.memberAtAddressOf(entryAt('Aa'))).toBe(first)
})

it('a member that leaves is removed and the others stay, whichever leaves first', () => {
  for (const leaving of [0, 1, 2]) {
    const addresses = new Addresses<Node>()
    const all = ['a', 'b', 'c'].map((address) => entryAt(address))
    for (const each of all) addresses.add(each)
    addresses.remove(all[leaving]!)
    const found = all.map((each) => addresses.memberAtAddressOf(each))
    expect(found).toEqual(all.map((each, at) => (at === leaving ? undefined : each)))
  }
})

it('a contact without an address is found at none', () => {
  const addresses = new Addresses<Node>()
  const [homeless, other] = [entryAt(undefined), entryAt('a')]
  addresses.add(homeless)
  addresses.add(other)
  addresses.remove(homeless)
  expect(addresses.memberAtAddressOf(homeless)).toBeUndefined()
  expect(addresses.memberAtAddressOf(other)).toBe(other)
})
