// The routing table, in npm's package and in ours.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../../src/index.ts'
import { answer, KITS, LOOPBACK, next, placeOf, turn, until, World } from '../support/clients.ts'

const ids = Array.from({ length: 6 }, (_, n) => Buffer.alloc(20, n * 40 + 1))

describe.each(KITS)('$name', (kit) => {
  let world: World

  beforeEach(() => {
    world = new World(kit)
  })

  afterEach(() => world.close())

  it('adds a node by its place when it responds, and emits it', async () => {
    const [friend, client] = [await world.listening(), world.make()]
    const added = next(client, 'node')
    client.addNode(placeOf(friend))
    expect(client.nodes.toArray()).toEqual([])
    const [node] = await added
    expect(node).toMatchObject({ id: friend.nodeId, ...placeOf(friend) })
    expect(client.nodes.toArray()).toMatchObject([{ id: friend.nodeId, ...placeOf(friend) }])
  })

  it('looks up the name of a host', async () => {
    const [friend, client] = [await world.listening(), world.make()]
    const added = next(client, 'node')
    client.addNode({ host: 'localhost', port: friend.address().port })
    expect(await added).toMatchObject([{ host: LOOPBACK }])
  })

  it('adds a node with its id at once, and emits it once', async () => {
    const client = world.make()
    const told: unknown[] = []
    client.on('node', (node) => told.push(node))
    const node = { host: LOOPBACK, port: 9, id: ids[0] as Buffer }
    client.addNode({ ...node })
    client.addNode({ ...node, id: node.id.toString('hex') })
    expect(client.nodes.toArray()).toMatchObject([node])
    await turn()
    expect(told).toMatchObject([node])
    await answer<[]>((done) => client.listen(0, LOOPBACK, done))
    expect(client.nodes.toArray()).toMatchObject([node])
    client.addNode({ ...node })
    expect(client.nodes.count()).toBe(1)
    await turn()
    expect(told).toHaveLength(1)
  })

  it('ignores a node that does not respond', async () => {
    const client = await world.listening()
    client.on('node', () => expect.unreachable('no node responds'))
    client.addNode({ host: LOOPBACK, port: await freePort(world) })
    await new Promise((done) => setTimeout(done, 300))
    expect(client.nodes.toArray()).toEqual([])
  })

  it('removes a node', async () => {
    const [first, second] = (await world.friends(2)) as [Client, Client]
    first.removeNode(second.nodeId)
    expect(first.nodes.toArray()).toEqual([])
    first.removeNode(second.nodeId.toString('hex'))
    const client = world.make()
    client.addNode({ host: LOOPBACK, port: 9, id: ids[0] as Buffer })
    client.removeNode(ids[0] as Buffer)
    expect(client.nodes.toArray()).toEqual([])
  })

  it('learns of a node that queries it', async () => {
    const friend = await world.listening()
    const met = next(friend, 'node')
    const client = world.make({ bootstrap: placeOf(friend) })
    await next(client, 'ready')
    expect(await met).toMatchObject([{ id: client.nodeId, host: LOOPBACK }])
  })

  it('lists, counts and sorts its nodes', async () => {
    const client = world.make()
    for (const [n, id] of ids.entries()) client.addNode({ host: LOOPBACK, port: n + 1, id })
    for (let turns = 0; turns < 2; turns++) {
      expect(client.nodes.count()).toBe(ids.length)
      expect(client.nodes.get(ids[3] as Buffer)).toMatchObject({ id: ids[3], port: 4 })
      expect(client.nodes.get(Buffer.alloc(20))).toBeNull()
      for (const target of ids) {
        const byDistance = [...ids].sort((a, b) => compareXor(a, b, target))
        const found = client.nodes.closest(target, 4).map(({ id }) => id.toString('hex'))
        expect(found).toEqual(byDistance.slice(0, 4).map((id) => id.toString('hex')))
      }
      if (turns === 0) await answer<[]>((done) => client.listen(0, LOOPBACK, done))
    }
  })

  it('writes its nodes as JSON, from which others start', async () => {
    const [first, second] = (await world.friends(2)) as [Client, Client]
    const saved = JSON.parse(JSON.stringify(first)) as ReturnType<Client['toJSON']>
    expect(saved).toEqual({ nodes: [placeOf(second)], values: {} })
    const again = world.make()
    for (const node of saved.nodes) again.addNode(node)
    await until(() => again.nodes.count() > 0)
    // It may have met the other one already.
    expect(again.toJSON().nodes).toContainEqual(placeOf(second))
    const joined = world.make({ bootstrap: saved.nodes })
    await next(joined, 'ready')
    expect(joined.toJSON().nodes).toContainEqual(placeOf(second))
  })
})

function compareXor(a: Buffer, b: Buffer, target: Buffer): number {
  const distance = (id: Buffer) => Buffer.from(id.map((byte, at) => byte ^ (target[at] as number)))
  return Buffer.compare(distance(a), distance(b))
}

/** A port of the loopback at which nothing listens. */
async function freePort(world: World): Promise<number> {
  const client = await world.listening()
  const { port } = client.address()
  await answer<[]>((done) => client.destroy(done))
  return port
}
