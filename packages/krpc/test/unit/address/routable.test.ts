import { idFromBytes } from '@dht/id'
import { contact, type Endpoint, endpoint, isRoutable, isUnicast, subnetOf } from '@dht/krpc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const id = idFromBytes(new Uint8Array(20))

describe('isRoutable', () => {
  it.each([
    ...['1.0.0.0', '10.0.0.1', '126.255.255.255', '128.0.0.0', '192.168.1.1', '223.255.255.255'],
    ...['2001:db8::1', 'fc00::1', 'fe7f::1', 'fec0::1', 'fe00::1', '::1:0:0', '1::', '2080::1'],
  ])('%s is routable', (address) => {
    expect(isRoutable(endpoint(address, 1))).toBe(true)
  })

  it.each([
    ...['0.0.0.0', '0.255.255.255', '127.0.0.1', '127.255.255.255', '224.0.0.0', '255.255.255.255'],
    ...['::', '::1', '::2', '::ffff:ffff', 'fe80::1', 'febf::1', 'ff00::', 'ff02::1'],
    '::ffff:127.0.0.1',
  ])('%s is not routable', (address) => {
    expect(isRoutable(endpoint(address, 1))).toBe(false)
  })

  it('refuses an endpoint without an address or a port', () => {
    expect(isRoutable({ address: '192.0.2.1', port: 0, family: 4 })).toBe(false)
    expect(isRoutable({ address: 'example.org', port: 1, family: 4 })).toBe(false)
  })
})

describe('isUnicast', () => {
  const one = [
    ...['1.0.0.0', '10.0.0.255', '127.0.0.1', '127.255.255.255', '192.168.1.1', '223.255.255.255'],
    ...['::1', '2001:db8::1', 'fc00::1', 'fe80::1', 'febf::1', 'ff::1', 'fe00::', '::1:0:0', '1::'],
    ...['0:ff02::1', 'f0::', '::ffff:127.0.0.1'],
  ]
  const none = [
    ...['0.0.0.0', '0.255.255.255', '224.0.0.0', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
    ...['::', '::2', '::1:1', '::101', '::7f00:1', '::ffff:ffff', 'ff00::', 'ff02::1', 'ffff::'],
    '::ffff:224.0.0.1',
  ]

  it.each(one)('%s is unicast', (address) => {
    expect(isUnicast(endpoint(address, 1))).toBe(true)
    expect(contact(id, endpoint(address, 1)).isUnicast).toBe(true)
  })

  it.each(none)('%s is not unicast', (address) => {
    expect(isUnicast(endpoint(address, 1))).toBe(false)
    expect(contact(id, endpoint(address, 1)).isUnicast).toBe(false)
  })

  it('refuses an endpoint without an address or a port', () => {
    expect(isUnicast({ address: '192.0.2.1', port: 0, family: 4 })).toBe(false)
    expect(isUnicast({ address: '2001:db8::1', port: 0, family: 6 })).toBe(false)
    expect(isUnicast({ address: 'localhost', port: 1, family: 4 })).toBe(false)
    expect(isUnicast({ address: '', port: 1, family: 4 })).toBe(false)
    expect(isUnicast({ address: '::g', port: 1, family: 6 })).toBe(false)
  })

  it('is true exactly for routable and loopback endpoints', () => {
    const bytes = fc.oneof(
      fc.tuple(...new Array(4).fill(fc.nat({ max: 255 }))),
      // Leading zeros are frequent among addresses with a special meaning.
      fc.tuple(fc.nat({ max: 16 }), fc.uint8Array({ minLength: 16, maxLength: 16 })),
    )
    fc.assert(
      fc.property(bytes, fc.nat({ max: 2 }), (drawn, port) => {
        const there = place(drawn as Drawn, port)
        const isLoopback = there.address.startsWith('127.') || there.address === '::1'
        const isLink = /^fe[89ab].:/.test(there.address)
        const expected = isRoutable(there) || ((isLoopback || isLink) && port > 0)
        expect(isUnicast(there)).toBe(expected)
      }),
    )
  })
})

type Drawn = [number, Uint8Array] | [number, number, number, number]

function place(drawn: Drawn, port: number): Endpoint {
  const [zeros, more] = drawn
  if (typeof more === 'number') return { ...endpoint(drawn.join('.'), 1), port }
  const bytes = more.map((byte, at) => (at < zeros ? 0 : byte))
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((bytes[2 * i]! << 8) | bytes[2 * i + 1]!).toString(16),
  )
  return { ...endpoint(groups.join(':'), 1), port }
}

describe('subnetOf', () => {
  const same = (a: string, b: string) => subnetOf(endpoint(a, 1)) === subnetOf(endpoint(b, 2))

  it('is the /24 of IPv4 and the /64 of IPv6', () => {
    expect(same('192.0.2.1', '192.0.2.255')).toBe(true)
    expect(same('192.0.2.1', '192.0.3.1')).toBe(false)
    expect(same('2001:db8::1', '2001:db8::ffff:1:1:1')).toBe(true)
    expect(same('2001:db8::1', '2001:db8:0:1::1')).toBe(false)
    expect(same('1:2:3:4::', '1:2:3:40::')).toBe(false)
    expect(same('2001:112::1', '2001:1102::1')).toBe(false)
    expect(subnetOf(endpoint('2001:db8::1', 1))).toBe('20010db800000000')
  })
})
