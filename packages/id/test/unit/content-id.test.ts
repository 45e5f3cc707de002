import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { contentId } from '../../src/content-id.ts'
import { IdFormatError } from '../../src/errors.ts'
import { idToHex } from '../../src/id-hex.ts'

describe('contentId', () => {
  it('is the SHA-256 of the content, as in the examples of FIPS 180-4', () => {
    expect(idToHex(contentId(new Uint8Array(0)))).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
    expect(idToHex(contentId(Uint8Array.from('abc', (c) => c.charCodeAt(0))))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })

  it('agrees with OpenSSL for lengths around a block', () => {
    for (const length of [1, 55, 56, 63, 64, 65, 1_000]) {
      const content = Uint8Array.from({ length }, (_, i) => i * 31)
      const digest = createHash('sha256').update(content).digest('hex')
      expect(idToHex(contentId(content))).toBe(digest)
    }
  })

  it('refuses a string, because its encoding is not known', () => {
    expect(() => contentId('abc' as never)).toThrow(IdFormatError)
  })
})
