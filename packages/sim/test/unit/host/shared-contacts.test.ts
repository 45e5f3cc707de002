import { idFromBytes, idFromHex } from '@dht/id'
import { compactContacts, contact, contactsFromCompact, type Endpoint, endpoint } from '@dht/krpc'
import { SharedContacts } from '@dht/sim'
import { anyId } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const anyEndpoint: fc.Arbitrary<Endpoint> = fc
  .tuple(
    fc.constantFrom('1.2.3.4', '9.2.3.4', '2001:db8::1', '102:304:5::1'),
    fc.integer({ min: 1, max: 3 }),
  )
  .map(([address, port]) => endpoint(address, port))

describe('contacts that cores share', () => {
  it('equal plain ones, and equal contacts are one object', () => {
    const contacts = fc.integer({ min: 1, max: 5 }).chain((width) => {
      // Few ids, so that equal ones occur, and short ones with equal beginnings.
      return fc.array(fc.record({ id: anyId(width), there: anyEndpoint }), { maxLength: 30 })
    })
    const shared = new SharedContacts(1_000)
    fc.assert(
      fc.property(contacts, (list) => {
        for (const { id, there } of list) {
          const plain = contact(id, there)
          const made = shared.contact(id, there)
          expect(made).toEqual(plain)
          expect(made.compact).toEqual(plain.compact)
          expect(shared.contact(id, there)).toBe(made)
          const bytes = compactContacts([plain])
          expect(shared.fromCompact(bytes, id.length, there.family)[0]).toBe(made)
        }
      }),
    )
  })

  it('are told apart at a known endpoint by their ids, also ids of another width', () => {
    const there = endpoint('1.2.3.4', 5)
    const ids = ['aabb', 'aabc', 'bbbb', 'aabb00'].map((hex) => contact(idFromHex(hex), there))
    for (const known of ids) {
      for (const read of ids) {
        const shared = new SharedContacts(1_000)
        shared.contact(known.id, there)
        const bytes = compactContacts([read])
        expect(shared.fromCompact(bytes, read.id.length, 4)).toEqual([read])
      }
    }
  })

  it('are read from the same records as plain ones', () => {
    const shared = new SharedContacts(1_000)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.constantFrom(4, 6), (bytes, family) => {
        const read = shared.fromCompact(bytes, 4, family)
        expect(read).toEqual(contactsFromCompact(bytes, 4, family))
      }),
    )
  })

  it('are forgotten when they are too many', () => {
    const shared = new SharedContacts(2)
    const id = idFromBytes(new Uint8Array(4))
    const made = [1, 2, 3].map((port) => shared.contact(id, endpoint('1.2.3.4', port)))
    expect(shared.contact(id, endpoint('1.2.3.4', 3))).toBe(made[2])
    expect(shared.contact(id, endpoint('1.2.3.4', 1))).not.toBe(made[0])
  })
})
