// Info hashes in every form, compared with an encoder of base32 that is written here.

import { idToHex } from '@dht/id'
import { anyId } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toInfohash } from '../../../src/shell/infohash.ts'

/** RFC 4648, section 6, by arithmetic on one large number. */
function base32(bytes: Uint8Array): string {
  let rest = BigInt(`0x${idToHex(bytes as never)}`)
  let text = ''
  for (let digit = 0; digit < (bytes.length * 8) / 5; digit++) {
    text = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number(rest & 31n)] + text
    rest >>= 5n
  }
  return text
}

describe('API-13: an info hash is read in every form', () => {
  it('API-13: bytes, hex, base32 and magnet URIs mean the same', () => {
    fc.assert(
      fc.property(anyId(20), (id) => {
        const hex = idToHex(id)
        const b32 = base32(id)
        const magnet = (hash: string) => `magnet:?dn=a%20b&xt=urn:btih:${hash}&tr=udp%3A%2F%2Fx`
        const forms = [hex, hex.toUpperCase(), b32, b32.toLowerCase(), magnet(hex), magnet(b32)]
        for (const form of [new Uint8Array(id), ...forms]) {
          expect(idToHex(toInfohash(form, 20))).toBe(hex)
        }
      }),
    )
  })

  it('API-13: the published example of RFC 4648 is read', () => {
    const foobar = Uint8Array.from('fooba', (letter) => letter.charCodeAt(0))
    expect(toInfohash('MZXW6YTB', 5)).toEqual(foobar)
  })

  it.each([
    '',
    'ab',
    'g'.repeat(40),
    '1'.repeat(32),
    // Letters that upper case makes longer.
    '\ufb03'.repeat(32),
    `\u00df${'A'.repeat(30)}`,
    `\u00df${'A'.repeat(31)}`,
    `magnet:?xt=urn:btih:${'a'.repeat(40)}&dn=${'x'.repeat(20_000)}`,
    'magnet:?dn=x',
    `magnet:?xt=urn:sha1:${'A'.repeat(32)}`,
    `magnet:?xt=urn:btih:${'a'.repeat(39)}`,
  ])('API-13: %j is refused', (text) => {
    expect(() => toInfohash(text, 20)).toThrow()
  })

  it('API-13: with ids of 256 bits there is no base32', () => {
    expect(idToHex(toInfohash('ab'.repeat(32), 32))).toBe('ab'.repeat(32))
    expect(() => toInfohash('A'.repeat(52), 32)).toThrow()
  })
})
