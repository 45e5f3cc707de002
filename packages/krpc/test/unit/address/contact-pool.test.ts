import { idFromBytes } from '@dht/id'
import { ContactPool, compactContacts, contact, endpoint } from '@dht/krpc'
import { anyId } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyEndpoint } from '../../support/messages.ts'

const numbered = (n: number, pool: ContactPool) => {
  const id = new Uint8Array(20)
  new DataView(id.buffer).setUint32(0, Math.imul(n, 0x9e3779b1) >>> 0)
  return pool.contact(idFromBytes(id), endpoint('1.2.3.4', 1 + (n % 65_535)))
}

/** How many of the first `count` contacts are still the same objects. */
function keptOf(count: number, pool: ContactPool): number {
  const made = Array.from({ length: count }, (_, n) => numbered(n, pool))
  return made.filter((each, n) => numbered(n, pool) === each).length
}

describe('a pool of contacts', () => {
  it('returns equal contacts, and the same object for the same contact', () => {
    const contacts = fc.integer({ min: 1, max: 5 }).chain((width) => {
      // Few ids, so that equal ones occur, and short ones with equal beginnings.
      return fc.array(fc.record({ id: anyId(width), there: anyEndpoint }), { maxLength: 30 })
    })
    const pool = new ContactPool(256)
    fc.assert(
      fc.property(contacts, (list) => {
        for (const { id, there } of list) {
          const plain = contact(id, there)
          const pooled = pool.contact(id, there)
          expect(pooled).toEqual(plain)
          expect(pooled.compact).toEqual(plain.compact)
          expect(pool.contact(id, there)).toBe(pooled)
          const wire = compactContacts([plain])
          const [read] = pool.fromCompact(wire, id.length, there.family)
          expect(read).toBe(pooled)
        }
      }),
    )
  })

  it.each([5, 20])('distinguishes contacts that differ in one byte (ids of %i bytes)', (width) => {
    const pool = new ContactPool(256)
    const id = idFromBytes(new Uint8Array(width).fill(7))
    const bytes = contact(id, endpoint('1.2.3.4', 5)).compact
    for (let at = 0; at < bytes.length; at++) {
      const other = bytes.with(at, bytes[at]! ^ 1)
      for (const each of [bytes, other]) {
        expect(pool.fromCompact(each, width, 4)[0]?.compact).toEqual(each)
      }
    }
  })

  it('distinguishes IPv4 and IPv6 endpoints with the same first and last bytes', () => {
    const id = idFromBytes(new Uint8Array(20).fill(7))
    const [long, short] = [endpoint('102:304:5::1', 5), endpoint('1.2.3.4', 5)]
    for (const order of [
      [long, short],
      [short, long],
    ] as const) {
      const pool = new ContactPool(256)
      for (const there of order) expect(pool.contact(id, there).endpoint).toEqual(there)
    }
  })

  it('distinguishes contacts with the same bytes and ids of different widths', () => {
    const pool = new ContactPool(256)
    // A short id before an IPv6 endpoint is as long as a long id before an IPv4 endpoint.
    const [narrow, wide] = [8, 20]
    const bytes = Uint8Array.from({ length: 26 }, (_, at) => 32 + at)
    const [six] = pool.fromCompact(bytes, narrow, 6)
    const [four] = pool.fromCompact(bytes, wide, 4)
    expect(six?.id).toEqual(bytes.subarray(0, narrow))
    expect(four?.id).toEqual(bytes.subarray(0, wide))
  })

  it('keeps at most the given number of contacts, but at least 256', () => {
    for (const most of [256, 1, Number.NaN]) {
      const pool = new ContactPool(most)
      expect(keptOf(200, pool)).toBeGreaterThan(100)
      keptOf(20_000, pool)
      expect(keptOf(2_000, pool)).toBeLessThanOrEqual(256)
    }
    const large = new ContactPool(2_048)
    keptOf(20_000, large)
    expect(keptOf(1_000, large)).toBeGreaterThan(500)
    expect(keptOf(20_000, large)).toBeLessThanOrEqual(2_048)
  })
})
