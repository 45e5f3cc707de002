// BEP 42 with ids of every width: an id made for an address is valid there and almost nowhere else.

import { isSecureId, randomId, secureId } from '@dht/id'
import { anyRandom, seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length })
const anyAddress = fc.oneof(bytes(4), bytes(16))

describe('secureId', () => {
  it('returns ids of any width that are valid for the address', () => {
    const width = fc.integer({ min: 4, max: 64 })
    fc.assert(
      fc.property(anyAddress, width, anyRandom(), (address, length, random) => {
        const id = secureId({ address, length, random })
        expect(id.length).toBe(length)
        expect(isSecureId(id, address)).toBe(true)
      }),
    )
  })

  it('random ids are almost never valid: one in 2^21', () => {
    const random = seededRandom(42)
    const address = Uint8Array.of(203, 0, 113, 7)
    const passed = Array.from({ length: 10_000 }, () => randomId(20, random)).filter((id) =>
      isSecureId(id, address),
    )
    expect(passed).toEqual([])
  })

  it('uses all eight checksums of an address', () => {
    const random = seededRandom(8)
    const address = Uint8Array.of(203, 0, 113, 7)
    const fronts = new Set<string>()
    for (let draw = 0; draw < 200; draw++) {
      const id = secureId({ address, length: 20, random })
      fronts.add([id[0], id[1], id[2]! & 0xf8].join())
    }
    expect(fronts.size).toBe(8)
  })
})
