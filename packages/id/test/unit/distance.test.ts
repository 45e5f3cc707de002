import { describe, expect, it } from 'vitest'
import { commonPrefixLength, compareDistance, distance } from '../../src/distance.ts'
import { IdLengthError } from '../../src/errors.ts'
import { idFromHex } from '../../src/id-hex.ts'

const id = idFromHex('0f00')
const near = idFromHex('0f01')
const far = idFromHex('8f00')

describe('distance', () => {
  it('is the XOR, most significant byte first, in new bytes', () => {
    const apart = distance(near, far)
    expect([...apart]).toEqual([0x80, 0x01])
    apart.fill(0)
    expect(near).toEqual(idFromHex('0f01'))
  })
})

describe('compareDistance', () => {
  it('is negative when the first id is nearer, positive when the second is, else 0', () => {
    expect(compareDistance(near, far, id)).toBeLessThan(0)
    expect(compareDistance(far, near, id)).toBeGreaterThan(0)
    expect(compareDistance(far, idFromHex('8f00'), id)).toBe(0)
  })

  it('distinguishes the last bit of many bytes, which a double cannot', () => {
    const target = idFromHex('00'.repeat(20))
    const one = idFromHex(`80${'00'.repeat(19)}`)
    const other = idFromHex(`80${'00'.repeat(18)}01`)
    expect(compareDistance(one, other, target)).toBeLessThan(0)
  })

  it('sorts an array nearest first', () => {
    const ids = [far, near, id]
    expect(ids.sort((a, b) => compareDistance(a, b, id))).toEqual([id, near, far])
  })
})

describe('commonPrefixLength', () => {
  it('counts the shared leading bits, and is the width for equal ids', () => {
    expect(commonPrefixLength(id, far)).toBe(0)
    expect(commonPrefixLength(id, idFromHex('0e00'))).toBe(7)
    expect(commonPrefixLength(id, idFromHex('0f80'))).toBe(8)
    expect(commonPrefixLength(id, near)).toBe(15)
    expect(commonPrefixLength(id, idFromHex('0f00'))).toBe(16)
  })
})

it('ids of different widths are refused', () => {
  const wide = idFromHex('0f0000')
  const measures = [
    () => distance(id, wide),
    () => distance(wide, id),
    () => commonPrefixLength(id, wide),
    () => commonPrefixLength(wide, id),
    () => compareDistance(wide, id, id),
    () => compareDistance(id, wide, id),
    () => compareDistance(id, id, wide),
  ]
  for (const measure of measures) expect(measure).toThrow(IdLengthError)
  expect(() => distance(wide, id)).toThrow('id: expected 2 bytes, got 3')
})
