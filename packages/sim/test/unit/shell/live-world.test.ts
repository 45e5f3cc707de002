// Nodes made by `createNode` among simulated ones. Promises and virtual time take turns.

import { contentId } from '@dht/id'
import { constantLatency, SimError } from '@dht/sim'
import { LiveWorld } from '@dht/sim/live'
import { describe, expect, it } from 'vitest'

const id = contentId(Uint8Array.of(1, 2, 3))

/** One node looks up what another has announced, in a network of simulated nodes. */
async function story(seed: number): Promise<readonly unknown[]> {
  const world = new LiveWorld({ seed })
  world.grow(8)
  const [alice, bob] = [await world.createNode(), await world.createNode()]
  const told = await world.run(async () => {
    await Promise.all([alice.joined(), bob.joined()])
    const { accepted, pending } = await alice.enter(id, 4_711)
    const found: string[] = []
    for await (const { address, port } of bob.lookup(id)) found.push(`${address}:${port}`)
    await world.sleep(46 * 60_000)
    return [accepted.length + pending, found, alice.info().counters.rounds, world.now]
  })
  return [...told, world.traceHash]
}

describe('a live world', () => {
  it('nodes find what others have announced, and it is published again and again', async () => {
    const [copies, found, rounds] = await story(1)
    expect(copies).toBe(8)
    expect(found).toEqual(['11.0.8.1:4711'])
    expect(rounds).toBeGreaterThanOrEqual(2)
  })

  it('SIM-S10: the same seed gives the same run, and another seed another run', async () => {
    const [one, same, other] = [await story(2), await story(2), await story(3)]
    expect(one).toEqual(same)
    expect(one.at(-1)).not.toBe(other.at(-1))
  })

  it('reports when an awaited promise never settles', async () => {
    const world = new LiveWorld()
    await expect(world.run(() => new Promise(() => {}))).rejects.toMatchObject({
      code: 'ERR_DHT_SIM_STALLED',
    })
    await expect(world.run(() => world.sleep(10_000), { mostMs: 9_999 })).rejects.toMatchObject({
      code: 'ERR_DHT_SIM_STALLED',
    })
    await expect(world.run(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine')
  })

  it('uses no time but that of the world', async () => {
    const world = new LiveWorld({ network: { latency: constantLatency(25) } })
    const [alice, bob] = [await world.createNode(), await world.createNode()]
    const to = bob.endpoints[0]
    if (to === undefined) throw new Error('expected an endpoint')
    await world.run(async () => {
      await alice.joined()
      const before = world.now
      await alice.ping(to)
      expect(world.now - before).toBe(50)
    })
  })

  it('keeps a node on disk through a crash, and loses what is saved too late', async () => {
    const world = new LiveWorld()
    world.grow(10)
    const host = world.addHost()
    const first = await world.createNode({ host })
    await world.run(async () => {
      await first.joined()
      first.enter(id, 80)
      await world.sleep(5 * 60_000 + 1)
    })
    host.crash()
    await first.close()
    const second = await world.createNode({ host, bootstrap: [] })
    expect(second.id).toEqual(first.id)
    await world.run(async () => expect((await second.joined()).contacts).toBeGreaterThan(5))
    expect(second.info().announcements.map(({ port }) => port)).toEqual([80])
    await world.run(() => second.close())
    expect(host.state).toBe('closed')
  })

  it('refuses options that the host determines', async () => {
    const world = new LiveWorld()
    const options = { port: 1 } as object
    const refused = await world.createNode(options).catch((error: unknown) => error)
    expect(SimError.is(refused) && refused.code).toBe('ERR_DHT_SIM_ARGUMENT')
    await expect(world.createNode({ k: 0 })).rejects.toMatchObject({
      code: 'ERR_DHT_NODE_ARGUMENT',
    })
    expect(world.hosts.map(({ state }) => state)).toEqual(['crashed'])
  })
})
