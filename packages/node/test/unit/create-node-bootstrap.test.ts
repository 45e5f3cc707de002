// The start of a node and its bootstrap list: addresses, names in any order, items without a live
// node.

import { idFromHex } from '@dht/id'
import { dht256 } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { codeOf, MemoryWorld, warningsOf } from '../support/memory-node.ts'
import { ScriptedNames } from '../support/scripted-names.ts'

const ID = idFromHex('ab'.repeat(32))
const MINUTE = 60_000

describe('BOOT-1: the bootstrap list', () => {
  it('may have many kinds of dead items: the node warns, and finds the live ones', async () => {
    const world = new MemoryWorld()
    const first = await world.node(1)
    const node = await world.node(2, {
      bootstrap: [
        '192.0.2.77:1',
        'nowhere:1',
        '192.0.2.2:1',
        '[2001:db8::1]:1',
        '192.0.2.1:1',
        '192.0.2.1:1',
      ],
      resolver: async () => [],
      onWarning: false,
    })
    const joined = node.joined()
    await world.pass(MINUTE)
    expect(await joined).toMatchObject({ contacts: 1 })
    expect((await node.closest(ID)).closest.map(({ id }) => id)).toEqual([first.id])
    expect((await warningsOf(node)).map(({ code }) => code)).toEqual([
      'DHT_BOOTSTRAP_SELF',
      'DHT_BOOTSTRAP_FAMILY',
      'DHT_BOOTSTRAP_NAME',
    ])
    await world.close()
  })

  it.each(['absurd', '', '192.0.2.1:0', 'host:65536'])('with %j is refused', async (entry) => {
    const world = new MemoryWorld()
    const start = (): unknown => world.node(1, { bootstrap: ['192.0.2.9:1', entry] })
    expect(await codeOf(start)).toBe('ERR_DHT_NODE_ARGUMENT')
    expect([world.network.open, world.clock.alarms]).toEqual([0, 0])
  })

  it('may have no live node at all: joined resolves with 0', async () => {
    const world = new MemoryWorld()
    const node = await world.node(1, { bootstrap: ['192.0.2.77:1'], onWarning: false })
    const joined = node.joined()
    await world.pass(MINUTE)
    expect(await joined).toMatchObject({ contacts: 0 })
    await world.close()
  })

  it('BOOT-4: its unresolved names are tried again until they are resolved', async () => {
    const world = new MemoryWorld()
    await world.node(1)
    let isOnline = false
    const node = await world.node(2, {
      bootstrap: ['first:1'],
      onWarning: false,
      resolver: async () => {
        if (!isOnline) throw new Error('no network')
        return ['192.0.2.1']
      },
    })
    expect(await node.joined()).toMatchObject({ contacts: 0 })
    await world.pass(10 * MINUTE)
    expect(node.info().overlays[0]?.joined).toBe(false)
    isOnline = true
    await world.pass(20 * MINUTE)
    expect(node.info().overlays[0]?.joined).toBe(true)
    await world.close()
  })

  it('names that cannot be resolved any more keep their last addresses', async () => {
    const world = new MemoryWorld()
    let isResolving = true
    const node = await world.node(2, {
      bootstrap: ['first:1'],
      onWarning: false,
      resolver: async () => {
        if (!isResolving) throw new Error('no names')
        return ['192.0.2.1']
      },
    })
    await world.pass(MINUTE)
    isResolving = false
    await world.pass(10 * MINUTE)
    await world.node(1, { bootstrap: [] })
    await world.pass(20 * MINUTE)
    expect(node.info().overlays[0]?.joined).toBe(true)
    await world.close()
  })

  it('BOOT-5: is used as it becomes known: names that hang delay nothing', async () => {
    const world = new MemoryWorld()
    await world.node(1)
    const names = new ScriptedNames()
    const bootstrap = ['slow:1', '192.0.2.1:1', 'slower:1']
    const node = await world.node(2, { bootstrap, resolver: names.resolver })
    await world.settle()
    // Datagrams take no time here: the clock has not moved.
    expect(node.info().overlays[0]).toMatchObject({ joined: true, contacts: { good: 1 } })
    expect((await node.closest(ID)).closest).toHaveLength(1)
    expect(names.open).toHaveLength(2)
    await world.close()
  })

  it('BOOT-5: a name that is resolved late is used then, and joins wait for it', async () => {
    const world = new MemoryWorld()
    await world.node(1)
    const names = new ScriptedNames()
    const node = await world.node(2, {
      bootstrap: ['late:1', 'never:1', 'unknown:1'],
      resolver: names.resolver,
      onWarning: false,
    })
    const [late, , unknown] = names.open
    const joined = node.joined()
    await world.pass(1_000)
    unknown!.fail(new Error('unknown'))
    await world.pass(3_000)
    late!.answer(['192.0.2.1'])
    await world.settle()
    expect(node.info().overlays[0]?.joined).toBe(true)
    expect(await joined).toMatchObject({ contacts: 1 })
    await world.close()
  })

  it('BOOT-5: a resolver that never settles delays no start and ends no join', async () => {
    const world = new MemoryWorld()
    const names = new ScriptedNames()
    const options = { bootstrap: ['a:1', 'b:1', 'c:1'], resolver: names.resolver }
    const node = await world.node(1, { ...options, onWarning: false })
    const joined = node.joined()
    await world.pass(10_001)
    expect(await joined).toMatchObject({ contacts: 0 })
    // However often it joins: one resolution for each name, and no more.
    await world.pass(60 * MINUTE)
    expect(names.asked).toHaveLength(3)
    await node.close()
    expect(world.clock.alarms).toBe(0)
  })

  it('names that are resolved too late for the join are used then', async () => {
    const world = new MemoryWorld()
    await world.node(1)
    const names = new ScriptedNames()
    const options = { bootstrap: ['late:1'], resolver: names.resolver, onWarning: false } as const
    const node = await world.node(2, options)
    await world.pass(10_001)
    expect(await node.joined()).toMatchObject({ contacts: 0 })
    names.open[0]!.answer(['192.0.2.1'])
    await world.settle()
    expect(node.info().overlays[0]?.joined).toBe(true)
    await world.close()
  })

  it('names are no longer resolved when the node is closed', async () => {
    const world = new MemoryWorld()
    const names = new ScriptedNames()
    const node = await world.node(1, { bootstrap: ['slow:1'], resolver: names.resolver })
    await node.close()
    expect([names.open[0]!.signal.aborted, world.clock.alarms]).toEqual([true, 0])
  })

  it('public routers are queried but never added to the table', async () => {
    const world = new MemoryWorld()
    const network = { ...dht256, bootstrap: ['192.0.2.1:1'] }
    await world.node(1)
    const node = await world.node(2, { network, bootstrap: undefined } as never)
    await node.joined()
    expect(node.info().overlays[0]?.contacts).toEqual({ good: 0, questionable: 0, bad: 0 })
    await world.close()
  })
})
