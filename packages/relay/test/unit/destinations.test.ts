// Where clients may send: RFC 6890 and its registries by an independent library, the edges of every
// refused range, and this machine.

import { endpoint } from '@dht/krpc'
import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, it } from 'vitest'
import { Destinations } from '../../src/server/destinations.ts'

const PORT = 4_000

function destinationsOf(options: {
  readonly allowed?: readonly string[]
  readonly own?: readonly string[]
  readonly ports?: readonly number[]
}): Destinations {
  const { allowed = [], own = [], ports = [] } = options
  return new Destinations({
    allowed,
    own: () => own,
    isTold: ({ address, port }) => address === '10.9.9.9' && port === PORT,
    hasPort: (family, port) => family === 4 && ports.includes(port),
  })
}

const closed = destinationsOf({})
const allows = (address: string, port = PORT) => closed.allows(endpoint(address, port))

describe('addresses that are not public', () => {
  it.each([
    ['0.0.0.0', '0.255.255.255'],
    ['10.0.0.0', '10.255.255.255'],
    ['100.64.0.0', '100.127.255.255'],
    ['127.0.0.0', '127.255.255.255'],
    ['169.254.0.0', '169.254.255.255'],
    ['172.16.0.0', '172.31.255.255'],
    ['192.168.0.0', '192.168.255.255'],
    ['224.0.0.0', '239.255.255.255'],
    ['240.0.0.0', '255.255.255.255'],
    ['::', '::1'],
    ['::ffff:0:0:0', '::ffff:0:ffff:ffff'],
    ['64:ff9b::', '64:ff9b::ffff:ffff'],
    ['64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
    ['2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['fec0::', 'ff02::1'],
  ])('from %s to %s are refused', (first, last) => {
    expect([allows(first), allows(last)]).toEqual([false, false])
  })

  it.each([
    '127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:7f00:0001',
    '64:ff9b::127.0.0.1',
    '::127.0.0.1',
    '2002:7f00:1::',
    '::1',
    '0:0:0:0:0:0:0:1',
  ])('loopback as %s is refused', (text) => expect(allows(text)).toBe(false))

  it.each(['1.0.0.0', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '128.0.0.0'])(
    '%s, next to one, passes',
    (address) => expect(allows(address)).toBe(true),
  )
})

it('RELAY-1: no address passes that an independent library calls special', () => {
  const byte = fc.integer({ min: 0, max: 255 })
  const bytes = fc.oneof(
    fc.array(byte, { minLength: 4, maxLength: 4 }),
    fc.array(byte, { minLength: 16, maxLength: 16 }),
    fc
      .array(byte, { minLength: 14, maxLength: 14 })
      .chain((rest) =>
        fc.constantFrom([0x20, 1], [0x20, 2], [0, 0x64]).map((head) => [...head, ...rest]),
      ),
  )
  let passed = 0
  fc.assert(
    fc.property(bytes, (address) => {
      const parsed = ipaddr.fromByteArray(address)
      if (!allows(parsed.toString())) return
      passed++
      expect(parsed.range()).toBe('unicast')
    }),
    { numRuns: 2_000 },
  )
  expect(passed).toBeGreaterThan(100)
})

describe('ports', () => {
  it.each([1, 53, 1_023])('%i is refused', (port) => expect(allows('1.1.1.1', port)).toBe(false))
  it.each([1_024, 65_535])('%i passes', (port) => expect(allows('1.1.1.1', port)).toBe(true))
})

describe('the addresses of this machine', () => {
  const own = ['1.2.3.4', '2600:0:0:0:0:0:0:1']
  const machine = destinationsOf({ own, ports: [PORT] })
  const reaches = (address: string, port: number) => machine.allows(endpoint(address, port))

  it('are refused, but for the ports of clients', () => {
    expect(reaches('1.2.3.4', PORT)).toBe(true)
    expect(reaches('1.2.3.4', PORT + 1)).toBe(false)
    expect(reaches('2600::1', PORT)).toBe(false)
    expect(reaches('1.2.3.5', PORT + 1)).toBe(true)
  })

  it('are read again when they change', () => {
    const addresses = ['1.2.3.4']
    const never = { isTold: () => false, hasPort: () => false }
    const changing = new Destinations({ allowed: [], own: () => addresses, ...never })
    addresses[0] = '5.6.7.8'
    expect(changing.allows(endpoint('5.6.7.8', PORT))).toBe(true)
    changing.refresh()
    expect(changing.allows(endpoint('5.6.7.8', PORT))).toBe(false)
    expect(changing.allows(endpoint('1.2.3.4', PORT))).toBe(true)
  })
})

it('an endpoint that the relay tells of passes, and no other of its address', () => {
  expect([allows('10.9.9.9'), allows('10.9.9.9', PORT + 1)]).toEqual([true, false])
})

it('subnets that are allowed pass, also of this machine, from port 1,024 on', () => {
  const lan = destinationsOf({ allowed: ['192.168.1.0/24', 'fd00::/8'], own: ['192.168.1.5'] })
  const reaches = (address: string, port = PORT) => lan.allows(endpoint(address, port))
  expect([reaches('192.168.1.5'), reaches('192.168.2.5'), reaches('fd12::1')]).toEqual([
    true,
    false,
    true,
  ])
  expect(reaches('192.168.1.5', 80)).toBe(false)
})
