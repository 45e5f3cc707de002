import { decodeValue, encodeValue } from '@dht/krpc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ascii, text } from '../../support/bytes.ts'

function verdict(value: string, limits = {}): string {
  const decoded = decodeValue(ascii(value), limits)
  return decoded.kind === 'value' ? 'accepted' : `${decoded.reason} at ${decoded.at}`
}

describe('decodeValue', () => {
  it.each([
    'i0e',
    'i-1e',
    '0:',
    '3:abc',
    'le',
    'de',
    'li1ei2ee',
    'd1:a0:2:aale1:b0:e',
    'd0:0:e',
    'd9:__proto__0:2:\u00c3\u00a90:1:\u00ff0:e',
  ])('%s passes', (value) => expect(verdict(value)).toBe('accepted'))

  it.each([
    ['', 'grammar at 0'],
    ['x', 'grammar at 0'],
    ['3:ab', 'grammar at 0'],
    ['3', 'grammar at 1'],
    [':', 'grammar at 0'],
    ['i1', 'grammar at 2'],
    ['ie', 'grammar at 1'],
    ['i-e', 'grammar at 2'],
    ['i1.5e', 'grammar at 2'],
    ['li1e', 'grammar at 4'],
    ['d1:ae', 'grammar at 4'],
    ['di1ei1ee', 'grammar at 1'],
    ['i01e', 'integer at 0'],
    ['i-0e', 'integer at 0'],
    ['i-01e', 'integer at 0'],
    ['i9223372036854775808e', 'integer at 0'],
    ['i-9223372036854775809e', 'integer at 0'],
    [`i1${'0'.repeat(400)}e`, 'integer at 0'],
    ['01:a', 'length at 0'],
    ['00:', 'length at 0'],
    ['d1:b0:1:a0:e', 'order at 6'],
    ['d1:a0:1:a0:e', 'order at 6'],
    ['d2:aa0:1:a0:e', 'order at 7'],
    ['i1ei2e', 'trailing at 3'],
    ['0:x', 'trailing at 2'],
    // A fault deep inside is reported where it is, whatever follows.
    ['ld1:b0:1:a0:ee', 'order at 7'],
    ['lld1:b0:1:b0:e1:aee', 'order at 8'],
    ['lli01eei2ee', 'integer at 2'],
  ])('%j: %s', (value, reason) => {
    expect(verdict(value)).toBe(reason)
  })

  it('the widest integers pass', () => {
    expect(verdict('i9223372036854775807e')).toBe('accepted')
    expect(verdict('i-9223372036854775808e')).toBe('accepted')
  })

  it('each limit can be reached and not exceeded', () => {
    expect(verdict('5:aaaaa', { maxBytes: 7 })).toBe('accepted')
    expect(verdict('5:aaaaa', { maxBytes: 6 })).toBe('size at 0')
    expect(verdict('llee', { maxDepth: 2 })).toBe('accepted')
    expect(verdict('lllee', { maxDepth: 2 })).toBe('depth at 2')
    expect(verdict('lleleleleee', { maxDepth: 2 })).toBe('trailing at 10')
    expect(verdict('li1ei2ee', { maxItems: 3 })).toBe('accepted')
    expect(verdict('li1ei2ei3ee', { maxItems: 3 })).toBe('items at 7')
    expect(verdict('d1:ai1ee', { maxItems: 2 })).toBe('items at 4')
    expect(verdict('d1:ai1ee', { maxItems: 1 })).toBe('items at 1')
    expect(verdict(`${'l'.repeat(11)}${'e'.repeat(11)}`)).toBe('depth at 10')
    expect(verdict('x'.repeat(1501))).toBe('size at 0')
    // Where the bytes end nothing more is counted.
    expect(verdict('l', { maxItems: 1 })).toBe('grammar at 1')
    expect(verdict('d', { maxItems: 1 })).toBe('grammar at 1')
  })

  it('stops at the first error, even without limits', () => {
    const limits = { maxBytes: Infinity, maxDepth: Infinity, maxItems: Infinity }
    expect(verdict('d1xe', limits)).toBe('grammar at 2')
    expect(verdict('dxe', limits)).toBe('grammar at 1')
  })

  it('PROTO-58: any bytes are refused, or are the one form of a value', () => {
    const piece = fc.constantFrom('d', 'l', 'e', 'i', '-', '0', '1', '12', ':', '1:a', '1:b', 'i1e')
    const anyText = fc
      .array(piece, { maxLength: 40, size: 'max' })
      .map((pieces) => ascii(pieces.join('')))
    fc.assert(
      fc.property(fc.oneof(anyText, fc.uint8Array({ maxLength: 60, size: 'max' })), (bytes) => {
        const decoded = decodeValue(bytes)
        if (decoded.kind === 'refused') expect(decoded.at).toBeLessThanOrEqual(bytes.length)
        else expect(text(encodeValue(decoded.value))).toBe(text(bytes))
      }),
      { numRuns: 2000 },
    )
  })
})
