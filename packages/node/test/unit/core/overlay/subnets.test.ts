import { expect, it } from 'vitest'
import { isInSubnet, parseSubnet, type Subnet } from '../../../../src/core/overlay/subnets.ts'

const subnet = (text: string): Subnet => parseSubnet(text) as Subnet

it.each([
  ['10.0.0.0/8', '10.255.255.255', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['10.1.2.3/32', '10.1.2.3', true],
  ['10.1.2.3/32', '10.1.2.2', false],
  ['192.168.128.0/17', '192.168.128.1', true],
  ['192.168.128.0/17', '192.168.127.255', false],
  ['0.0.0.0/0', '192.0.2.1', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['fd00::/8', 'fdff::1', true],
  ['fd00::/8', 'fc00::1', false],
  ['2001:db8::/33', '2001:db8:7fff::1', true],
  ['2001:db8::/33', '2001:db8:8000::1', false],
])('%s contains %s: %s', (text, address, isInside) => {
  expect(isInSubnet(address, [subnet(text)])).toBe(isInside)
  expect(isInSubnet(address, [])).toBe(false)
  expect(isInSubnet(address, [subnet('198.51.100.0/24'), subnet(text)])).toBe(isInside)
})

it.each(['', '10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '::/129', 'localhost/8', '10.0.0/8', '/8'])(
  '%j is refused',
  (text) => expect(parseSubnet(text)).toBeUndefined(),
)

it('a text that is not an address is in no subnet', () => {
  expect(isInSubnet('example.org', [subnet('0.0.0.0/0')])).toBe(false)
})
