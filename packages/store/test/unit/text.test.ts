import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_TEXT, MAX_TEXT_BYTES, requireText, writeText } from '../../src/text.ts'

function written(...texts: string[]): string {
  const into = new Uint8Array(texts.length * MAX_TEXT_BYTES)
  let end = 0
  for (const text of texts) end = writeText(text, into, end)
  return into.subarray(0, end).join()
}

describe('writeText', () => {
  it('writes a count and one byte for each ASCII character', () => {
    expect(written('1.2')).toBe([3, 0x31, 0x2e, 0x32].join())
    expect(written('')).toBe('0')
  })

  it('writes the last ASCII character as one byte and escapes larger ones', () => {
    expect(written('\u007f')).toBe([1, 0x7f].join())
    expect(written('\u0080\ud83d')).toBe([2, 0x80, 0x80, 0x00, 0x80, 0x3d, 0xd8].join())
  })

  it('never writes the same bytes for two different sequences of texts', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\u0000', '\u0002', '\u0080', 'ÿ') })
    const texts = fc.array(text, { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(texts, texts, (left, right) => {
        const areAlike = written(...left) === written(...right)
        expect(areAlike).toBe(JSON.stringify(left) === JSON.stringify(right))
      }),
    )
  })

  it('accepts 128 characters of any kind, and not 129', () => {
    const into = new Uint8Array(MAX_TEXT_BYTES)
    expect(writeText('\uffff'.repeat(MAX_TEXT), into, 0)).toBe(MAX_TEXT_BYTES)
    expect(() => requireText('text', 'x'.repeat(MAX_TEXT))).not.toThrow()
    expect(() => requireText('source', 'x'.repeat(MAX_TEXT + 1))).toThrow(
      'source: expected a text of at most 128 characters, got',
    )
  })
})
