import { expect, it } from 'vitest'
import { idHead } from '../../src/distance-head.ts'
import { idFromBigInt } from '../../src/id-bigint.ts'

it('is the first 32 bits, filled up with zeros', () => {
  expect(idHead(idFromBigInt(0x0102030405n, 5))).toBe(0x01020304)
  expect(idHead(idFromBigInt(0xff000001n, 4))).toBe(0xff000001 | 0)
  expect(idHead(idFromBigInt(0x7fn, 1))).toBe(0x7f000000)
  expect(idHead(idFromBigInt(0x7f03n, 2))).toBe(0x7f030000)
})
