import { idFromHex } from '@dht/id'
import { dht256, mainline } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../../src/adapters/node-crypto.ts'
import { CORE_DEFAULTS } from '../../../src/core/config/defaults.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { MemoryNetwork } from '../../support/memory-network.ts'
import { MemoryStorage } from '../../support/memory-storage.ts'
import { nodeConfig } from '../../support/node-config.ts'

describe('without options', () => {
  it('a node uses the 256-bit network, every address, and saves nothing', () => {
    const { core, addresses, port, routers, bootstrap, storage, transports, ...rest } = nodeConfig()
    expect(core).toEqual({ ...CORE_DEFAULTS, crypto: nodeCrypto })
    expect(addresses).toEqual({ 4: '0.0.0.0', 6: '::' })
    expect([port, bootstrap, routers]).toEqual([3739, [], true])
    expect([storage, transports, rest.id, rest.saveEveryMs]).toEqual([
      undefined,
      undefined,
      undefined,
      300_000,
    ])
    expect([...rest.optional]).toEqual([6])
    expect(rest.random(4)).toHaveLength(4)
    expect(rest.clock.now()).toBeLessThanOrEqual(rest.clock.now())
  })

  it('Mainline has its own port, id width and public routers', () => {
    const { port, bootstrap, routers } = nodeConfig({ network: mainline })
    const texts = bootstrap.map(({ text }) => text)
    expect([port, texts, routers]).toEqual([6881, mainline.bootstrap, true])
  })
})

describe('a given option', () => {
  it('is used unchanged, and the result is frozen', () => {
    const [clock, state, random] = [new ManualClock(), new MemoryStorage(), seededRandom(1)]
    const resolver = async (): Promise<string[]> => []
    const transports = [new MemoryNetwork().transport('192.0.2.1', 1)]
    const given = { clock, random, resolver, transports, saveEveryMs: 1, k: 20 }
    const config = nodeConfig({ ...given, state, bootstrap: ['host:1'], network: dht256 })
    expect(config).toMatchObject({ clock, random, resolver, saveEveryMs: 1 })
    expect(config.transports).toEqual([{ transport: transports[0], again: undefined }])
    expect([config.storage, config.core.k, config.routers]).toEqual([state, 20, false])
    expect(Object.isFrozen(config)).toBe(true)
  })

  it.each([{ port: 0 }, { ipv4: '127.0.0.1' }, { ipv6: '::' }])(
    '%j is refused beside transports',
    (bound) => {
      const transports = [new MemoryNetwork().transport('192.0.2.1', 1)]
      const [name] = Object.keys(bound)
      expect(() => nodeConfig({ transports, ...bound })).toThrow(`${name}: expected no value`)
      expect(nodeConfig({ ...bound, ipv4: '127.0.0.1' }).transports).toBeUndefined()
    },
  )

  it('transports may be functions that create them', () => {
    const network = new MemoryNetwork()
    const make = () => network.transport('192.0.2.1', 1)
    const [source] = nodeConfig({ transports: [make] }).transports ?? []
    expect([source?.transport.family, source?.again]).toEqual([4, make])
    for (const wrong of [() => undefined, () => ({ family: 5 })]) {
      expect(() => nodeConfig({ transports: [wrong as never] })).toThrow('a Transport of')
    }
    expect(() => nodeConfig({ transports: [make, make] })).toThrow('different families')
  })

  it('an id may be bytes or hex', () => {
    const id = idFromHex('ab'.repeat(20))
    const network = mainline
    expect(nodeConfig({ network, id }).id).toEqual(id)
    expect(nodeConfig({ network, id: 'AB'.repeat(20) }).id).toEqual(id)
  })

  it('undefined is the same as a missing option', () => {
    const nothing = { port: undefined, ipv4: undefined, state: undefined, k: undefined }
    const config = nodeConfig(nothing as never)
    expect([config.port, config.addresses[4], config.core.k]).toEqual([3739, '0.0.0.0', 8])
  })

  it('IPv6 may be unavailable only if no option asks for it and IPv4 is used', () => {
    const optional = (options: object): number => nodeConfig(options).optional.size
    expect(optional({})).toBe(1)
    expect(optional({ ipv6: '::' })).toBe(0)
    expect(optional({ ipv6: '::1' })).toBe(0)
    expect(optional({ ipv4: false })).toBe(0)
    expect(optional({ transports: [new MemoryNetwork().transport('::1', 1)] })).toBe(0)
  })
})

describe('API-1: what cannot be used is refused by name and value', () => {
  const transport = new MemoryNetwork().transport('192.0.2.1', 1)

  it.each([
    [{ prot: 1 }, 'option: expected '],
    [{ toString: 1 }, 'option: expected '],
    [{ port: -1 }, 'port: expected '],
    [{ port: 65_536 }, 'got 65536'],
    [{ port: '80' }, 'got "80"'],
    [{ port: null }, 'got null'],
    [{ ipv4: '::1' }, 'ipv4: expected '],
    [{ ipv4: true }, 'got true'],
    [{ ipv6: '127.0.0.1' }, 'ipv6: expected '],
    [{ ipv6: '::ffff:127.0.0.1' }, 'ipv6: expected'],
    [{ ipv4: 'localhost' }, 'got "localhost"'],
    [{ ipv4: false, ipv6: false }, 'ipv4 and ipv6: expected '],
    [{ id: 5 }, 'id: expected '],
    [{ id: 'abcd' }, 'expected 64 characters, got 4'],
    [{ bootstrap: 'host:1' }, 'bootstrap: expected '],
    [{ bootstrap: null }, 'got null'],
    [{ state: '' }, 'state: expected '],
    [{ state: 5 }, 'got 5'],
    [{ state: { load: () => {} } }, 'state: expected'],
    [{ saveEveryMs: 0 }, 'saveEveryMs: expected '],
    [{ saveEveryMs: Number.NaN }, 'got NaN'],
    [{ saveEveryMs: '5' }, 'got "5"'],
    [{ random: 5 }, 'random: expected '],
    [{ resolver: {} }, 'resolver: expected '],
    [{ clock: { now: () => 0 } }, 'clock: expected '],
    [{ transports: [] }, 'transports: expected '],
    [{ transports: [transport, transport] }, 'one or two of different families'],
    [{ transports: transport }, 'transports: expected '],
    [{ transports: [{ ...transport, family: 5 }] }, 'transports: expected '],
    [{ transports: [{ family: 4 }] }, 'transports: expected '],
    [{ k: 0 }, 'k: expected'],
    [{ republishMs: 3_600_000 }, 'peerLifetimeMs'],
  ])('%j', (options, message) => {
    expect(() => nodeConfig(options as never)).toThrow(
      expect.objectContaining({
        code: expect.stringMatching(/^ERR_DHT_(NODE_ARGUMENT|ID_LENGTH)$/),
        message: expect.stringContaining(message),
      }),
    )
  })

  it.each([null, 5, 'port'])('%j instead of options', (options) => {
    expect(() => nodeConfig(options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_DHT_NODE_ARGUMENT' }),
    )
  })
})
