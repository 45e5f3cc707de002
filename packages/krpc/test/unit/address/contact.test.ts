import { idFromBytes } from '@dht/id'
import {
  addressBytes,
  compactContacts,
  compactEndpoint,
  contact,
  contactsFromCompact,
  EncodeError,
  endpoint,
  endpointKey,
  isRoutable,
} from '@dht/krpc'
import { anyId } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hex } from '../../support/bytes.ts'
import { anyEndpoint } from '../../support/messages.ts'

const id = idFromBytes(hex('aabb'))
const v4 = contact(id, endpoint('1.2.3.4', 5))
const v6 = contact(id, endpoint('2001:db8::1', 5))

describe('a contact', () => {
  it('has the compact form id ‖ address ‖ port', () => {
    expect(v4.compact).toEqual(hex('aabb010203040005'))
    expect(v6.compact).toEqual(hex('aabb20010db80000000000000000000000010005'))
    expect(v4.id).toEqual(id)
  })

  it('works with ids of any width, odd ones too', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }).chain(anyId), anyEndpoint, (at, there) => {
        const made = contact(at, there)
        expect(made.id).toEqual(at)
        expect(made.hasId(at)).toBe(true)
        for (const [i, byte] of at.entries()) {
          expect(made.hasId(idFromBytes(at.with(i, byte ^ 1)))).toBe(false)
        }
        expect(made.endpoint).toEqual(there)
        expect(made.compact).toEqual(Uint8Array.of(...at, ...compactEndpoint(there)))
        expect(made.endpointKey).toBe(endpointKey(there))
        expect(contactsFromCompact(compactContacts([made, made]), at.length, there.family)).toEqual(
          [made, made],
        )
      }),
    )
  })

  it.each(['aabb', 'aabbcc'])('writes its own bytes only (id %s)', (text) => {
    for (const there of [v4.endpoint, v6.endpoint]) {
      const made = contact(idFromBytes(hex(text)), there)
      const bytes = new Uint8Array(made.size + 6).fill(0xee)
      made.writeTo(bytes, 3)
      expect(bytes).toEqual(Uint8Array.of(...hex('eeeeee'), ...made.compact, ...hex('eeeeee')))
    }
  })

  it('has the bytes of its address', () => {
    fc.assert(
      fc.property(anyEndpoint, (there) => {
        expect(contact(id, there).addressBytes).toEqual(addressBytes(there.address))
      }),
    )
  })

  it('has equal keys of its first bytes exactly where these are equal', () => {
    const few = fc.constantFrom(0, 1, 127, 128, 255)
    const pair = fc.constantFrom(4, 16).chain((length) => {
      const bytes = fc.array(few, { minLength: length, maxLength: length })
      return fc.record({ one: bytes, other: bytes, shared: fc.nat({ max: length }) })
    })
    const at = (bytes: readonly number[]) => {
      const [made] = contactsFromCompact(
        Uint8Array.of(...id, ...bytes, 0, 5),
        id.length,
        bytes.length === 4 ? 4 : 6,
      )
      return made
    }
    fc.assert(
      fc.property(pair, ({ one, other, shared }) => {
        const start = one.slice(0, shared)
        const [a, b] = [at(one), at([...start, ...other.slice(shared)])]
        fc.pre(a !== undefined && b !== undefined)
        for (const length of [1, 2, 3, 4, 6, 8, 10, 12, 14, 16].filter((n) => n <= one.length)) {
          const first = (of: typeof a) => of.addressBytes.subarray(0, length).join()
          expect(a.addressKey(length) === b.addressKey(length)).toBe(first(a) === first(b))
        }
      }),
    )
  })

  it('has a family, and is routable or not', () => {
    const near = ['127.0.0.1', '10.0.0.1', '192.168.1.1', '::1', 'fe80::1', '0.0.0.0', '224.0.0.1']
    const anywhere = fc.oneof(
      anyEndpoint,
      fc.constantFrom(...near).map((address) => endpoint(address, 7)),
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 33 }).chain(anyId), anywhere, (at, there) => {
        const made = contact(at, there)
        expect(made.family).toBe(there.family)
        expect(made.isRoutable).toBe(isRoutable(there))
        expect(made.endpoint).toEqual(there)
        expect(made.endpoint).toBe(made.endpoint)
        // The buffer may be shared by many contacts.
        expect(Object.isFrozen(made.endpoint)).toBe(true)
        expect(made.isRoutable).toBe(isRoutable(there))
      }),
    )
  })

  it('tells whether an endpoint is its own', () => {
    fc.assert(
      fc.property(anyEndpoint, anyEndpoint, (here, there) => {
        const isSame = here.address === there.address && here.port === there.port
        expect(contact(id, here).isAt(here)).toBe(true)
        expect(contact(id, here).isAt(there)).toBe(isSame)
        expect(endpointKey(here) === endpointKey(there)).toBe(isSame)
        expect(contact(id, here).endpointKey).toBe(endpointKey(here))
      }),
    )
    // The last six bytes of this one are those of an IPv4 endpoint.
    const alike = contact(id, endpoint('2001:db8::102:304', 5))
    expect(alike.endpointKey).not.toBe(endpointKey(endpoint('1.2.3.4', 5)))
    // And the first six bytes of this one.
    const begun = contact(id, endpoint('102:304:5::1', 9))
    expect(begun.endpointKey).not.toBe(endpointKey(endpoint('1.2.3.4', 5)))
    expect(v4.isAt(endpoint('1.2.3.4', 6))).toBe(false)
    expect(v4.isAt(endpoint('1.2.3.5', 5))).toBe(false)
  })

  it('has no id of another width, even if the bytes begin alike', () => {
    expect(v4.hasId(idFromBytes(hex('aa')))).toBe(false)
    expect(v4.hasId(idFromBytes(hex('aabb00')))).toBe(false)
    expect(v4.hasId(idFromBytes(hex('aabb')))).toBe(true)
  })

  it('keeps its id when the bytes that it was read from change', () => {
    const bytes = idFromBytes(hex('0102'))
    const made = contact(bytes, v4.endpoint)
    bytes.fill(9)
    expect(made.id).toEqual(hex('0102'))
  })
})

describe('contacts in a response', () => {
  it('are read back as they were written, family by family', () => {
    const anyContact = fc.tuple(anyId(20), anyEndpoint).map(([at, there]) => contact(at, there))
    fc.assert(
      fc.property(fc.array(anyContact, { maxLength: 30, size: 'max' }), (contacts) => {
        for (const family of [4, 6] as const) {
          const ours = contacts.filter(({ endpoint }) => endpoint.family === family)
          expect(contactsFromCompact(compactContacts(ours), 20, family)).toEqual(ours.slice(0, 20))
        }
      }),
    )
  })

  it('are not overwritten by later contacts', () => {
    const lists = Array.from({ length: 3000 }, () => compactContacts([v4]))
    for (const list of lists) expect(list).toEqual(v4.compact)
    const huge = compactContacts(Array.from({ length: 3000 }, () => v4))
    expect(huge).toHaveLength(24_000)
  })

  it('do not refer to the datagram', () => {
    const bytes = Uint8Array.from(v4.compact)
    const [read] = contactsFromCompact(bytes, 2, 4)
    bytes.fill(0)
    expect(read).toEqual(v4)
  })

  it('half a record at the end is ignored', () => {
    const bytes = Uint8Array.of(...v4.compact, ...v4.compact.subarray(0, 7))
    expect(contactsFromCompact(bytes, 2, 4)).toEqual([v4])
    expect(contactsFromCompact(bytes.subarray(0, 7), 2, 4)).toEqual([])
  })

  it('a port 0 is skipped, and so is IPv4 mapped into IPv6', () => {
    const dead = hex('aabb010203040000')
    expect(contactsFromCompact(Uint8Array.of(...dead, ...v4.compact), 2, 4)).toEqual([v4])
    const mapped = hex('aabb00000000000000000000ffff010203040005')
    expect(contactsFromCompact(Uint8Array.of(...mapped, ...v6.compact), 2, 6)).toEqual([v6])
  })

  it('are at most 20', () => {
    const many = compactContacts(Array.from({ length: 21 }, () => v4))
    expect(contactsFromCompact(many, 2, 4)).toHaveLength(20)
  })

  it('PROTO-53: of two families or widths are refused in one list', () => {
    expect(() => compactContacts([v4, v6])).toThrow(EncodeError)
    expect(() => compactContacts([v6, v4])).toThrow(EncodeError)
    expect(compactContacts([])).toHaveLength(0)
  })
})
