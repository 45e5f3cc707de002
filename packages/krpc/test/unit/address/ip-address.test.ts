import { isIP } from 'node:net'
import { addressBytes, endpoint } from '@dht/krpc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../support/bytes.ts'

const canonical = (text: string) => endpoint(text, 1).address

describe('IPv4 addresses', () => {
  it.each(['0.0.0.0', '1.2.3.4', '255.255.255.255', '10.0.0.1'])(
    '%s is read and printed',
    (text) => {
      expect([...addressBytes(text)!]).toEqual(text.split('.').map(Number))
      expect(canonical(text)).toBe(text)
    },
  )

  it.each([
    ...['', '1', '1.2.3', '1.2.3.4.5', '1.2.3.', '.1.2.3', '1..2.3', '256.1.1.1', '1.2.3.999'],
    ...['1000.2.3.4', '1.2.3.0000', '1.2.3.1234567890123'],
    ...[
      '01.2.3.4',
      '1.2.3.00',
      '1.2.3.4 ',
      ' 1.2.3.4',
      '1.2.3.x',
      '1,2,3,4',
      'localhost',
      '-1.2.3.4',
    ],
  ])('%j is refused', (text) => {
    expect(addressBytes(text)).toBeUndefined()
  })
})

describe('IPv6 addresses', () => {
  // The examples of RFC 5952, sections 1 to 4.
  it.each([
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8::0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:0:1::1', '2001:db8::1:0:0:1'],
    ['2001:DB8:0:0:1::1', '2001:db8::1:0:0:1'],
    ['2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['0:0:0:0:0:FFFF:c000:0201', '192.0.2.1'],
    ['1:2:3:4:5:6:7.8.9.10', '1:2:3:4:5:6:708:90a'],
    // As long as an address can be: 45 characters.
    ['ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    // Almost an IPv4 address mapped into IPv6.
    ['::ff:1.2.3.4', '::ff:102:304'],
    ['::ff00:1.2.3.4', '::ff00:102:304'],
  ])('%s is printed as %s', (text, wanted) => {
    expect(canonical(text)).toBe(wanted)
  })

  it.each([
    ...[':', ':::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', '12345::', 'g::1', '::1%eth0'],
    ...[
      'fe80::1%1',
      '1:2:3:4:5:6:7::8:9',
      '1:2:3:4:5:6:7:8::',
      '::1.2.3',
      '1.2.3.4::',
      '::1.2.3.4:5',
    ],
    ...['1:2:3:4:5:6:7:1.2.3.4', ':1:2:3:4:5:6:7:8', '1:', '[::1]', `${'0'.repeat(50)}::1`, '::-1'],
  ])('%j is refused', (text) => {
    expect(addressBytes(text)).toBeUndefined()
  })

  it('mapped addresses have the four bytes of the IPv4 address', () => {
    expect(toHex(addressBytes('::ffff:7f00:1')!)).toBe('7f000001')
  })
})

describe('compared with the platform', () => {
  const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }))
  const anyGroups = fc.array(group, { minLength: 8, maxLength: 8 })

  it('eight groups are read back, and their text is the shortest of all spellings', () => {
    fc.assert(
      fc.property(anyGroups, (groups) => {
        const plain = groups.map((value) => value.toString(16)).join(':')
        const bytes = addressBytes(plain)!
        const short = canonical(plain)
        expect(isIP(short)).toBe(bytes.length === 4 ? 4 : 6)
        expect(addressBytes(short)).toEqual(bytes)
        expect(canonical(short)).toBe(short)
        if (bytes.length === 4) return
        // The URL parser of the platform follows the same RFC.
        expect(new URL(`http://[${plain}]`).hostname).toBe(`[${short}]`)
      }),
    )
  })

  it('addresses that the platform refuses are refused', () => {
    const piece = fc.constantFrom('0', '1', 'ff', '::', ':', '.', '255', '256', 'x', '%', '12345')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('')
        const isAddress = isIP(text) !== 0 && !text.includes('%')
        expect(addressBytes(text) !== undefined).toBe(isAddress)
      }),
      { numRuns: 2000 },
    )
  })
})
