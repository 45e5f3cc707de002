import { endpoint, formatEndpoint } from '@dht/krpc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EndpointLike } from '../../src/arguments.ts'
import { resolveBootstrap, systemResolver } from '../../src/bootstrap.ts'
import type { Resolver } from '../../src/ports/resolver.ts'

const unknown: Resolver = async (host) => {
  throw new Error(`${host} is unknown`)
}

/** The endpoints found, as text, and the warnings. */
async function resolve(
  list: readonly unknown[],
  resolver: Resolver = unknown,
): Promise<{ found: string[]; warnings: string[] }> {
  const warnings: string[] = []
  const found = await resolveBootstrap(list as readonly EndpointLike[], resolver, (_, message) =>
    warnings.push(message),
  )
  return { found: found.map(formatEndpoint), warnings }
}

describe('what leads somewhere', () => {
  it('are addresses in any spelling, and no name is resolved for them', async () => {
    const list = ['192.0.2.1:1', '[2001:DB8:0::1]:2', endpoint('192.0.2.3', 3)]
    const more = { address: '::ffff:192.0.2.4', port: 4 }
    expect(await resolve([...list, more])).toEqual({
      found: ['192.0.2.1:1', '[2001:db8::1]:2', '192.0.2.3:3', '192.0.2.4:4'],
      warnings: [],
    })
  })

  it('are names, at all their usable addresses, in the order of the list', async () => {
    const resolver: Resolver = async (host) =>
      host === 'two' ? ['192.0.2.1', '2001:db8::1', 'fe80::1%eth0'] : ['192.0.2.9']
    expect(await resolve(['two:1', 'one:20002'], resolver)).toEqual({
      found: ['192.0.2.1:1', '[2001:db8::1]:1', '192.0.2.9:20002'],
      warnings: [],
    })
  })
})

it('a node that listens on every address is looked for on this machine', async () => {
  const { found } = await resolve(['0.0.0.0:1', '[::]:2', endpoint('0.0.0.0', 3)])
  expect(found).toEqual(['127.0.0.1:1', '[::1]:2', '127.0.0.1:3'])
})

describe('BOOT-1: what leads nowhere is a warning each', () => {
  it.each([
    'unknown.example:1',
    'no port',
    ':6881',
    'host:',
    'host:0',
    'host:65536',
    'host:80x',
    'host:123456',
    '192.0.2.1:0',
    '192.0.2.1',
    '::1:5',
    '[::1]',
    '',
    null,
    undefined,
    5,
    1n,
    Symbol('s'),
    {},
    { address: '192.0.2.1' },
    { address: 'localhost', port: 1 },
    { address: '192.0.2.1', port: 1.5 },
  ])('%s', async (entry) => {
    const known: Resolver = async () => ['192.0.2.9']
    const resolver = entry === 'unknown.example:1' ? unknown : known
    const { found, warnings } = await resolve([entry, '192.0.2.1:1'], resolver)
    expect(found).toEqual(['192.0.2.1:1'])
    expect(warnings).toHaveLength(1)
  })

  it('which names it, by its place in the list if it has no name', async () => {
    const { warnings } = await resolve(['nowhere:1', '192.0.2.1:1', {}])
    expect(warnings.toSorted()).toEqual([
      'bootstrap entry 2 leads nowhere',
      'bootstrap nowhere:1 leads nowhere',
    ])
  })

  it('and a name without an address says so', async () => {
    const causes: unknown[] = []
    await resolveBootstrap(
      ['empty:1'],
      async () => ['fe80::1%eth0'],
      (_code, _message, cause) => causes.push(cause),
    )
    expect(causes).toEqual([new TypeError('empty has no address')])
  })

  it('a resolver may fail in any way', async () => {
    const failing: unknown[] = [
      () => {
        throw new Error('at once')
      },
      async () => [],
      async () => ['nonsense', 'fe80::1%eth0'],
      async () => undefined,
      () => 5,
    ]
    for (const resolver of failing) {
      const { found, warnings } = await resolve(['name:1', '192.0.2.1:1'], resolver as Resolver)
      expect(found).toEqual(['192.0.2.1:1'])
      expect(warnings).toEqual(['bootstrap name:1 leads nowhere'])
    }
  })

  it('any list at all is survived', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.string(), fc.anything())), async (list) => {
        const { found, warnings } = await resolve(list)
        expect(found.length + warnings.length).toBe(list.length)
      }),
    )
  })
})

it('the names service of the machine knows the machine', async () => {
  expect((await systemResolver('localhost')).some((it) => /^(127\.|::1$)/.test(it))).toBe(true)
})
