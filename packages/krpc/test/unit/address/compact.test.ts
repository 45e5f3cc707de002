import {
  compactEndpoint,
  type Endpoint,
  EndpointError,
  endpoint,
  endpointFromCompact,
} from '@dht/krpc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hex, toHex } from '../../support/bytes.ts'
import { anyEndpoint } from '../../support/messages.ts'

describe('compact endpoints', () => {
  it('are the address and the port, big endian', () => {
    expect(toHex(compactEndpoint(endpoint('1.2.3.4', 0x1ae1)))).toBe('010203041ae1')
    const v6 = compactEndpoint(endpoint('2001:db8::1', 6881))
    expect(toHex(v6)).toBe('20010db80000000000000000000000011ae1')
  })

  it('are read back', () => {
    fc.assert(
      fc.property(anyEndpoint, (there) => {
        expect(endpointFromCompact(compactEndpoint(there))).toEqual(there)
      }),
    )
  })

  it('of an IPv4 address mapped into IPv6 are the IPv4 endpoint', () => {
    const mapped = hex('00000000000000000000ffffc00002011ae1')
    expect(endpointFromCompact(mapped)).toEqual(endpoint('192.0.2.1', 6881))
  })

  it('with port 0 or of another length are refused', () => {
    expect(endpointFromCompact(hex('010203040000'))).toBeUndefined()
    expect(endpointFromCompact(hex('010203040001'))?.port).toBe(1)
    for (const length of [0, 5, 7, 16, 17, 19]) {
      expect(endpointFromCompact(new Uint8Array(length).fill(1))).toBeUndefined()
    }
  })

  it.each([
    { address: 'example.org', port: 1, family: 4 },
    { address: '192.0.2.1', port: 0, family: 4 },
    { address: '192.0.2.1', port: 65_536, family: 4 },
  ] as Endpoint[])('PROTO-53: %o, made by hand, is refused', (there) => {
    expect(() => compactEndpoint(there)).toThrow(EndpointError)
  })
})
