import { EndpointError, endpoint, formatEndpoint, parseEndpoint } from '@dht/krpc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyEndpoint } from '../../support/messages.ts'

describe('endpoint', () => {
  it('is canonical: address, port, family', () => {
    expect(endpoint('192.0.2.1', 6881)).toEqual({ address: '192.0.2.1', port: 6881, family: 4 })
    expect(endpoint('2001:DB8:0::1', 1)).toEqual({ address: '2001:db8::1', port: 1, family: 6 })
    expect(endpoint('::ffff:192.0.2.1', 65_535).family).toBe(4)
  })

  it.each([0, -1, 65_536, 1.5, Number.NaN])('PROTO-53: refuses port %s', (port) => {
    expect(() => endpoint('192.0.2.1', port)).toThrow(`port: expected 1 to 65535, got ${port}`)
  })

  it.each(['example.org', '', 'fe80::1%eth0', '192.0.2.256'])('refuses the address %j', (text) => {
    const attempt = () => endpoint(text, 1)
    expect(attempt).toThrow(EndpointError)
    expect(attempt).toThrow(JSON.stringify(text))
  })
})

describe('the text of an endpoint', () => {
  it.each(['192.0.2.1:6881', '[2001:db8::1]:6881', '[::]:1', '0.0.0.0:65535'])(
    '%s is read and written unchanged',
    (text) => {
      expect(formatEndpoint(parseEndpoint(text))).toBe(text)
    },
  )

  it.each([
    ...[
      '',
      '192.0.2.1',
      '192.0.2.1:',
      '192.0.2.1:0',
      '192.0.2.1:65536',
      '192.0.2.1:06881',
      ':6881',
    ],
    ...[
      '[192.0.2.1]:6881',
      '2001:db8::1:6881',
      '[2001:db8::1]',
      '[2001:db8::1]6881',
      '[]:1',
      '[::1]:x',
    ],
    ...['192.0.2.1:6881 ', 'localhost:6881', '192.0.2.1:1e3', '[[::1]]:1', '192.0.2.1:123456'],
    ...['x[::1]:1', '1:192.0.2.1:1', ' 192.0.2.1:1'],
  ])('%j is refused', (text) => {
    expect(() => parseEndpoint(text)).toThrow(EndpointError)
  })

  it('is a key: two texts are equal exactly when the endpoints are', () => {
    fc.assert(
      fc.property(anyEndpoint, anyEndpoint, (a, b) => {
        expect(parseEndpoint(formatEndpoint(a))).toEqual(a)
        const isSame = a.address === b.address && a.port === b.port
        expect(formatEndpoint(a) === formatEndpoint(b)).toBe(isSame)
      }),
    )
  })
})
