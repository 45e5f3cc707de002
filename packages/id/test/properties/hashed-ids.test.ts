// Ids that start with a hash of their node's subnet, against vectors of an independent program
// (vectors/hashed-ids.py) and at all widths.

import { bep42Ids, hashedIds, isSecureId, randomId, secureId } from '@dht/id'
import { anyRandom, seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { idView } from '../../src/id.ts'
import file from '../vectors/hashed-ids.json' with { type: 'json' }

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length })
const anyAddress = fc.oneof(bytes(4), bytes(16))
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))

describe('ID-27: hashed ids', () => {
  it.each(file.vectors)('$address, choice $choice', (vector) => {
    const address = hex(vector.bytes)
    const random = (length: number) => new Uint8Array(length).fill(0xfe | vector.choice)
    const id = hashedIds.draw({ address, length: 32, random })
    expect(Buffer.from(id.subarray(0, 4)).toString('hex')).toBe(vector.beginning)
    expect(hashedIds.allows(id, address)).toBe(true)
  })

  it('drawn ids of any width are allowed at the address', () => {
    const width = fc.integer({ min: hashedIds.minLength, max: 64 })
    fc.assert(
      fc.property(anyAddress, width, anyRandom(), (address, length, random) => {
        const id = hashedIds.draw({ address, length, random })
        expect(id.length).toBe(length)
        expect(hashedIds.allows(id, address)).toBe(true)
      }),
    )
  })

  it('random ids and those of BEP 42 are not allowed', () => {
    const random = seededRandom(42)
    const address = Uint8Array.of(203, 0, 113, 7)
    const drawn = Array.from({ length: 1_000 }, () => [
      randomId(32, random),
      secureId({ address, length: 32, random }),
    ]).flat()
    expect(drawn.filter((id) => hashedIds.allows(id, address))).toEqual([])
  })
})

it('ID-28: all addresses of a subnet allow ids with eight beginnings, one address with two', () => {
  fc.assert(
    fc.property(anyAddress.filter(isPublic), anyRandom(), (address, random) => {
      const subnetBytes = address.length === 4 ? 3 : 6
      const beginnings = new Set<string>()
      const ofAddress = new Set<string>()
      for (let draw = 0; draw < 200; draw++) {
        const other = Uint8Array.from(address)
        other.set(random(address.length - subnetBytes), subnetBytes)
        const isOwn = draw % 2 === 0
        const id = hashedIds.draw({ address: isOwn ? address : other, length: 32, random })
        const beginning = id.subarray(0, 4).join()
        beginnings.add(beginning)
        if (isOwn) ofAddress.add(beginning)
      }
      expect(beginnings.size).toBeLessThanOrEqual(8)
      expect(ofAddress.size).toBeLessThanOrEqual(2)
    }),
    { numRuns: 20 },
  )
})

it('the rule of BEP 42 is that of its two functions', () => {
  fc.assert(
    fc.property(anyAddress, anyRandom(), bytes(20), (address, random, any) => {
      const id = bep42Ids.draw({ address, length: 20, random })
      for (const each of [id, idView(any)]) {
        expect(bep42Ids.allows(each, address)).toBe(isSecureId(each, address))
      }
    }),
  )
  expect([bep42Ids.isMandatory, hashedIds.isMandatory]).toEqual([false, true])
})

/** Not in the range of addresses that are IPv4 in disguise, where a subnet has other bytes. */
function isPublic(address: Uint8Array): boolean {
  return address.length === 4 || address.some((byte, i) => i < 10 && byte !== 0)
}
