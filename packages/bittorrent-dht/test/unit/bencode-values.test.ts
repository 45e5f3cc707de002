// Values of JavaScript and of krpc: what is turned into one and back is the same.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromBencodeValue, toBencodeValue } from '../../src/bencode-values.ts'

const bytes = fc.uint8Array({ maxLength: 8 }).map((each) => Buffer.from(each))
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    bytes,
    fc.maxSafeInteger(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 4 }), tie('value'), { maxKeys: 3 }),
  ),
}))

it('a value stays the same on its way there and back', () => {
  fc.assert(
    fc.property(value, (given) => {
      expect(fromBencodeValue(toBencodeValue(given))).toEqual(given)
    }),
  )
})

it.each([undefined, null, 1.5, Number.NaN, true, () => 0, [undefined]])('refuses %s', (given) => {
  expect(() => toBencodeValue(given)).toThrow(
    expect.objectContaining({ code: 'ERR_DHT_CLIENT_ARGUMENT' }),
  )
})

it('refuses what has no end', () => {
  const endless: unknown[] = []
  endless.push(endless)
  expect(() => toBencodeValue(endless)).toThrow('10 deep')
})
