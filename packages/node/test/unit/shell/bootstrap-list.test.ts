import { endpoint } from '@dht/krpc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DhtNodeError } from '../../../src/errors.ts'
import type { EndpointLike } from '../../../src/shell/arguments.ts'
import { parseBootstrap } from '../../../src/shell/bootstrap-list.ts'

const parse = (...list: readonly unknown[]): readonly unknown[] =>
  parseBootstrap(list as readonly EndpointLike[])

describe('an item', () => {
  it.each([
    ['192.0.2.1:1', endpoint('192.0.2.1', 1)],
    ['[2001:DB8:0::1]:65535', endpoint('2001:db8::1', 65_535)],
    [endpoint('192.0.2.3', 3), endpoint('192.0.2.3', 3)],
    [{ address: '::ffff:192.0.2.4', port: 4 }, endpoint('192.0.2.4', 4)],
    // A node that listens on every address is on this machine.
    ['0.0.0.0:1', endpoint('127.0.0.1', 1)],
    ['[::]:2', endpoint('::1', 2)],
  ])('%j is an endpoint', (entry, expected) => {
    expect(parse(entry)).toMatchObject([{ kind: 'endpoint', endpoint: expected }])
  })

  it.each([
    ['router.example:6881', 'router.example', 6881],
    ['localhost:1', 'localhost', 1],
    ['a-b_c.1a:65535', 'a-b_c.1a', 65_535],
    ['dot.example.:1', 'dot.example.', 1],
    ['bücher.example:1', 'bücher.example', 1],
    [`${'a'.repeat(63)}.${'b'.repeat(63)}:1`, `${'a'.repeat(63)}.${'b'.repeat(63)}`, 1],
  ])('%s is a name', (text, host, port) => {
    expect(parse(text)).toEqual([{ kind: 'name', text, host, port }])
  })
})

const MALFORMED: readonly unknown[] = [
  'no port',
  'host',
  ':6881',
  'host:',
  'host:0',
  'host:65536',
  'host:080',
  'host:80x',
  'host:123456',
  'http://host:80',
  'user@host:80',
  'two words:80',
  '-host:80',
  'host-:80',
  'host..example:80',
  '.host:80',
  `${'a'.repeat(64)}:80`,
  `${'a.'.repeat(127)}:80`,
  '192.0.2.1:0',
  '192.0.2.1:65536',
  '192.0.2.1',
  '192.0.2:80',
  '999.0.2.1:80',
  '224.0.0.1:5',
  '255.255.255.255:5',
  '[ff02::1]:5',
  '::1:5',
  '[::1]',
  '[::1]:0',
  '[::1%eth0]:5',
  '[192.0.2.1]:5',
  '',
  null,
  undefined,
  5,
  1n,
  Symbol('s'),
  {},
  [],
  { address: '192.0.2.1' },
  { address: 'localhost', port: 1 },
  { address: '192.0.2.1', port: 0 },
  { address: '192.0.2.1', port: 1.5 },
  { address: '192.0.2.1', port: '1' },
]

describe('BOOT-1: an impossible item is refused, with its index in the list', () => {
  it.each(MALFORMED)('%s', (entry) => {
    const error = refusalOf(['192.0.2.1:1', entry])
    expect(error.code).toBe('ERR_DHT_NODE_ARGUMENT')
    expect(error.message).toContain('bootstrap[1]')
    if (typeof entry === 'string') expect(error.message).toContain(entry.slice(0, 40))
  })

  it('a hole in the list is refused', () => {
    expect(refusalOf(new Array(1)).code).toBe('ERR_DHT_NODE_ARGUMENT')
  })
})

it('any list is read, or refused with that code', () => {
  const entry = fc.oneof(
    fc.string(),
    fc.anything(),
    fc.domain().map((host) => `${host}:${host.length}`),
    fc.ipV6().map((address) => `[${address}]:1`),
  )
  fc.assert(
    fc.property(fc.array(entry), (list) => {
      try {
        expect(parse(...list)).toHaveLength(list.length)
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_DHT_NODE_ARGUMENT' })
      }
    }),
  )
})

function refusalOf(list: readonly unknown[]): DhtNodeError {
  try {
    parse(...list)
  } catch (error) {
    if (DhtNodeError.is(error)) return error
    throw error
  }
  throw new Error('expected an error, got none')
}
