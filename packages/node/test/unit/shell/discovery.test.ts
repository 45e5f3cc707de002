import { mainline } from '@dht/krpc'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DiscoveryHost, DiscoverySource } from '../../../src/ports/discovery.ts'
import { codeOf, MemoryWorld, warningsOf } from '../../support/memory-node.ts'

const MINUTE = 60_000

let world: MemoryWorld

beforeEach(() => {
  world = new MemoryWorld()
})

afterEach(() => world.close())

/** A source that the test fills. */
class FakeSource implements DiscoverySource {
  readonly name = 'fake'
  host: DiscoveryHost | undefined
  closed = 0

  start(host: DiscoveryHost): void {
    this.host = host
  }

  close(): void {
    this.closed++
  }
}

describe('DISC-2: what a source of nodes finds', () => {
  it.each([
    ['dht256', {}],
    ['mainline', { network: mainline }],
  ])('lets a node without contacts join at once in %s', async (_name, network) => {
    const [first, second] = await world.nodes(3, network)
    const source = new FakeSource()
    const lone = await world.node(9, { ...network, bootstrap: [], discovery: [source] })
    await world.pass(3 * MINUTE)
    expect(lone.info().overlays[0]!.contacts.good).toBe(0)
    source.host!.found(first!.endpoints[0]!)
    await world.settle()
    expect(lone.info().overlays[0]!.joined).toBe(true)
    expect((await lone.closest(second!.id)).closest[0]?.id).toBe(second!.id)
  })

  it('counts beside the bootstrap list, and becomes no public router', async () => {
    const [first] = await world.nodes(1, { network: mainline })
    const source = new FakeSource()
    const lone = await world.node(9, {
      network: mainline,
      // The default: the public routers, whose names nothing resolves here.
      bootstrap: undefined as never,
      resolver: async () => [],
      onWarning: false,
      discovery: [source],
    })
    source.host!.found(first!.endpoints[0]!)
    await world.pass(MINUTE)
    expect(lone.contacts().map(({ id }) => id)).toEqual([first!.id])
  })

  it('becomes a contact of a node that has joined', async () => {
    await world.nodes(2)
    const source = new FakeSource()
    const joined = await world.node(3, { discovery: [source] })
    await joined.joined()
    const stranger = await world.node(4, { bootstrap: [] })
    source.host!.found(stranger.endpoints[0]!)
    await world.settle()
    expect(joined.contacts().map(({ id }) => id)).toContain(stranger.id)
  })

  it('is not queried when it is the node itself or of another family', async () => {
    const source = new FakeSource()
    const node = await world.node(1, { bootstrap: [], discovery: [source] })
    for (const each of ['192.0.2.1:1', '[2001:db8::1]:1']) source.host!.found(each)
    await world.settle()
    expect(world.network.sent).toEqual([])
    expect(node.info().discovery).toEqual([{ name: 'fake', believed: 0, dropped: 0, refused: 2 }])
  })
})

describe('DISC-3: a source of nodes', () => {
  it('is started once with the id, the network and the endpoints, and closed once', async () => {
    const source = new FakeSource()
    const node = await world.node(1, { discovery: [source] })
    expect(source.host).toMatchObject({
      id: node.id,
      network: 'dht256',
      endpoints: [{ address: '192.0.2.1', port: 1, family: 4 }],
    })
    await node.close()
    await node.close()
    expect(source.closed).toBe(1)
    source.host!.found('192.0.2.9:1')
    expect(node.info().discovery[0]).toMatchObject({ believed: 0 })
  })

  it('that throws, rejects or warns causes warnings, and the node runs', async () => {
    const failing = (name: string, fail: () => never | Promise<never>): DiscoverySource => {
      return { name, start: fail, close: fail }
    }
    const thrown = failing('thrown', () => {
      throw new Error('no socket')
    })
    const rejected = failing('rejected', () => Promise.reject(new Error('no name')))
    const source = new FakeSource()
    const discovery = [thrown, rejected, source]
    const node = await world.node(1, { bootstrap: [], discovery, onWarning: false })
    await world.settle()
    source.host!.warn('the interface is gone', new Error('eth0'))
    const warnings = await warningsOf(node)
    expect(new Set(warnings.map(({ code }) => code))).toEqual(new Set(['DHT_DISCOVERY']))
    expect(warnings.map(({ message, cause }) => [message, cause?.message])).toEqual([
      ['discovery thrown: start failed', 'no socket'],
      ['discovery rejected: start failed', 'no name'],
      ['discovery fake: the interface is gone', 'eth0'],
      ['discovery thrown: close failed', 'no socket'],
      ['discovery rejected: close failed', 'no name'],
    ])
  })

  it('that hangs keeps a node from closing for 2 s at most', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const hanging = { name: 'hanging', start: () => {}, close: () => new Promise<void>(() => {}) }
      const node = await world.node(1, { bootstrap: [], discovery: [hanging] })
      let isClosed = false
      const closed = node.close().then(() => {
        isClosed = true
      })
      await vi.advanceTimersByTimeAsync(1_999)
      expect(isClosed).toBe(false)
      await vi.advanceTimersByTimeAsync(1)
      await closed
    } finally {
      vi.useRealTimers()
    }
  })

  it('is refused when it is no source, no list, or given twice', async () => {
    const source = new FakeSource()
    for (const discovery of ['lan', [{}], [{ name: 'a', start: () => {} }], [source, source]]) {
      const start = (): unknown => world.node(1, { discovery: discovery as never })
      expect(await codeOf(start)).toBe('ERR_DHT_NODE_ARGUMENT')
    }
    expect(source.host).toBe(undefined)
  })
})
