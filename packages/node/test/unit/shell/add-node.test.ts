import { formatEndpoint } from '@dht/krpc'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codeOf, MemoryWorld } from '../../support/memory-node.ts'

const MINUTE = 60_000

let world: MemoryWorld

beforeEach(() => {
  world = new MemoryWorld()
})

afterEach(() => world.close())

describe('ADD-1: addNode', () => {
  it('lets a node without bootstrap nodes join the network of the added one', async () => {
    const [first, second] = await world.nodes(3)
    const lone = await world.node(9, { bootstrap: [] })
    expect(lone.info().overlays[0]!.contacts.good).toBe(0)
    lone.addNode(formatEndpoint(first!.endpoints[0]!))
    await world.pass(MINUTE)
    expect(lone.info().overlays[0]!.contacts.good).toBeGreaterThanOrEqual(2)
    expect((await lone.closest(second!.id)).closest[0]?.id).toBe(second!.id)
  })

  it('ADD-3: takes a contact, which is one at once, and removeNode forgets it', async () => {
    const [first] = await world.nodes(2)
    const lone = await world.node(9, { bootstrap: [] })
    const there = { id: first!.id, ...first!.endpoints[0]! }
    lone.addNode(there)
    expect(lone.contacts()).toEqual([there])
    lone.removeNode(first!.id)
    expect(lone.contacts()).toEqual([])
    expect(() => lone.addNode({ ...there, id: 'ab' })).toThrow('64 characters')
    expect(() => lone.removeNode('ab')).toThrow('64 characters')
  })

  it('is never a contact of its own', async () => {
    const [node, other] = await world.nodes(2)
    node!.addNode({ id: other!.id, ...node!.endpoints[0]! })
    expect(node!.contacts().map(({ port, address }) => ({ port, address }))).not.toContainEqual({
      address: node!.endpoints[0]!.address,
      port: node!.endpoints[0]!.port,
    })
  })

  it('is refused for what is no endpoint of one node, and by a closed node', async () => {
    const node = await world.node(1)
    for (const wrong of ['router.example:1', '192.0.2.1:0', '224.0.0.1:1', 5]) {
      expect(() => node.addNode(wrong as string)).toThrow()
    }
    expect(world.network.sent).toEqual([])
    await node.close()
    expect(await codeOf(async () => node.addNode('192.0.2.7:1'))).toBe('ERR_DHT_NODE_CLOSED')
  })
})
