import { endpoint, isRoutable, subnetOf } from '@dht/krpc'
import { describe, expect, it } from 'vitest'

describe('isRoutable', () => {
  it.each([
    ...['1.0.0.0', '10.0.0.1', '126.255.255.255', '128.0.0.0', '192.168.1.1', '223.255.255.255'],
    ...['2001:db8::1', 'fc00::1', 'fe7f::1', 'fec0::1', 'fe00::1', '::1:0:0', '1::', '2080::1'],
  ])('%s is', (address) => {
    expect(isRoutable(endpoint(address, 1))).toBe(true)
  })

  it.each([
    ...['0.0.0.0', '0.255.255.255', '127.0.0.1', '127.255.255.255', '224.0.0.0', '255.255.255.255'],
    ...['::', '::1', '::2', '::ffff:ffff', 'fe80::1', 'febf::1', 'ff00::', 'ff02::1'],
    '::ffff:127.0.0.1',
  ])('%s is not', (address) => {
    expect(isRoutable(endpoint(address, 1))).toBe(false)
  })

  it('nothing is that was made by hand without an address or a port', () => {
    expect(isRoutable({ address: '192.0.2.1', port: 0, family: 4 })).toBe(false)
    expect(isRoutable({ address: 'example.org', port: 1, family: 4 })).toBe(false)
  })
})

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
