import { dht256, mainline } from '@dht/krpc'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OnEndpoint } from '../../../src/shell/arguments.ts'
import type { DhtNode } from '../../../src/shell/dht-node.ts'
import { codeOf, MemoryWorld } from '../../support/memory-node.ts'

const HOUR = 3_600_000
const HASH = 'ab'.repeat(20)
const MAGNET = `magnet:?xt=urn:btih:${HASH}`

let world: MemoryWorld

beforeEach(() => {
  world = new MemoryWorld()
})

afterEach(() => world.close())

/** Without a pace, because time stands still here. */
const network = { ...mainline, pace: { perSecond: 1e6, burst: 1e6 } }

const nodesOf = (count: number): Promise<DhtNode[]> => world.nodes(count, { network })

async function portsFor(node: DhtNode): Promise<number[]> {
  const { endpoints } = await node.getPeers(MAGNET, { mode: 'all' })
  return endpoints.map(({ port }) => port).sort((a, b) => a - b)
}

describe('SCRAPE-5: peers of a torrent', () => {
  it('SCRAPE-5: what is announced is found and counted, seeds apart', async () => {
    const nodes = await nodesOf(6)
    await nodes[0]!.announce(HASH, { port: 7001, seed: true })
    await nodes[1]!.announce(MAGNET, { port: 7002 })
    await nodes[2]!.announce(MAGNET, { port: 7003, seed: true })
    expect(await portsFor(nodes[4]!)).toEqual([7001, 7002, 7003])
    expect(await nodes[4]!.scrape(MAGNET)).toEqual({ seeds: 2, downloaders: 1 })
    expect(await nodes[4]!.scrape('cd'.repeat(20))).toEqual({ seeds: 0, downloaders: 0 })
  })

  it('SCRAPE-5: an announcement can be changed, and stopped by its signal', async () => {
    const nodes = await nodesOf(4)
    const controller = new AbortController()
    const { signal } = controller
    const announcement = nodes[0]!.announce(HASH, { port: 7001, seed: true, signal })
    await announcement
    await nodes[0]!.announce(HASH, { port: 7001, signal })
    expect(await nodes[3]!.scrape(HASH)).toEqual({ seeds: 0, downloaders: 1 })
    expect(nodes[0]!.info().announcements).toHaveLength(1)
    controller.abort()
    expect(nodes[0]!.info().announcements).toEqual([])
  })

  it('SCRAPE-5: an aborted signal announces nothing', async () => {
    const [node] = await nodesOf(1)
    const reason = new Error('no')
    const announcement = node!.announce(HASH, { port: 1, signal: AbortSignal.abort(reason) })
    await expect(announcement).rejects.toBe(reason)
    expect(node!.info().announcements).toEqual([])
  })

  it('SCRAPE-5: with an implied port the UDP port is stored', async () => {
    const nodes = await nodesOf(4)
    await nodes[0]!.announce(HASH, { impliedPort: true })
    await nodes[1]!.announce(HASH, { impliedPort: true, port: 7001 })
    const udpPorts = [0, 1].map((n) => nodes[n]!.endpoints[0]!.port)
    expect(await portsFor(nodes[3]!)).toEqual(udpPorts.sort((a, b) => a - b))
    expect(await portsFor(nodes[0]!)).toEqual(udpPorts)
  })

  it('SCRAPE-5: each peer is told with the node that returned it, before the result', async () => {
    const nodes = await nodesOf(4)
    await nodes[0]!.announce(HASH, { port: 7001 })
    await nodes[1]!.announce(HASH, { port: 7002 })
    const told: [number, string | undefined][] = []
    const onFound: OnEndpoint = ({ port }, from) => told.push([port, from?.id])
    const lookup = nodes[0]!.getPeers(HASH, { mode: 'all', onFound })
    expect(told).toEqual([[7001, undefined], expect.anything()])
    const { endpoints, holders } = await lookup
    expect(told.map(([port]) => port)).toEqual(endpoints.map(({ port }) => port))
    const fromOthers = told.flatMap(([, id]) => id ?? [])
    expect(holders.map(({ id }) => id)).toEqual(expect.arrayContaining(fromOthers))
  })

  it('SCRAPE-5: options that cannot be used are refused', async () => {
    const [node] = await nodesOf(1)
    const wrong = [{}, { port: 0 }, { port: 1, seed: 1 }, { port: 1, prot: 2 }, { seed: true }]
    for (const options of wrong) {
      for (const announce of ['announce', 'announceOnce'] as const) {
        const announced = codeOf(() => node![announce](HASH, options as never))
        expect(await announced).toBe('ERR_DHT_NODE_ARGUMENT')
      }
    }
    for (const call of ['announceOnce', 'getPeers'] as const) {
      const options = { ...(call === 'announceOnce' && { port: 1 }), onFound: 'me' }
      expect(await codeOf(() => node![call](HASH, options as never))).toBe('ERR_DHT_NODE_ARGUMENT')
    }
  })

  it('SCRAPE-5: a kept peer is found at this node alone', async () => {
    const [keeper, other] = await nodesOf(3)
    keeper!.keepPeer(HASH, '192.0.2.200:7009')
    expect(await portsFor(keeper!)).toEqual([7009])
    const { endpoints, holders } = await other!.getPeers(HASH, { mode: 'all' })
    expect(endpoints.map(({ port }) => port)).toEqual([7009])
    expect(holders.map(({ id }) => id)).toEqual([keeper!.id])
  })

  it('SCRAPE-5: dht256 announces and finds, and neither knows seeds nor counts', async () => {
    const nodes = await world.nodes(3, { network: dht256 })
    const id = 'ab'.repeat(32)
    await nodes[0]!.announce(id, { port: 7001 })
    expect((await nodes[2]!.getPeers(id)).endpoints).toHaveLength(1)
    expect(() => nodes[0]!.announce(id, { port: 7001, seed: true })).toThrow('such as mainline')
    await expect(nodes[0]!.scrape(id)).rejects.toMatchObject({ code: 'ERR_DHT_NODE_ARGUMENT' })
  })
})

describe('PUB-16: announceOnce', () => {
  it('writes to the nearest nodes, and finds who was announced before', async () => {
    const nodes = await nodesOf(5)
    nodes[0]!.keepPeer(HASH, '192.0.2.200:7001')
    const told: [number, string | undefined][] = []
    const onFound: OnEndpoint = ({ port }, from) => told.push([port, from?.id])
    const announced = nodes[1]!.announceOnce(HASH, { port: 7002, onFound })
    const streamed: number[] = []
    for await (const { port } of announced) streamed.push(port)
    const { accepted, port, target } = await announced
    expect(accepted).toHaveLength(4)
    expect({ port, target }).toEqual({ port: 7002, target: HASH })
    expect(told).toEqual([[7001, nodes[0]!.id]])
    expect(streamed).toEqual([7001])
    expect(await portsFor(nodes[3]!)).toEqual([7001, 7002])
  })

  it('is not renewed, and ports of one node stand side by side', async () => {
    const nodes = await nodesOf(4)
    await Promise.all([7001, 7002].map((port) => nodes[0]!.announceOnce(HASH, { port })))
    expect(nodes[0]!.info()).toMatchObject({ announcements: [], operations: 0 })
    expect(await portsFor(nodes[3]!)).toEqual([7001, 7002])
    const { rounds } = nodes[0]!.info().counters
    await world.pass(2 * HOUR)
    expect(nodes[0]!.info().counters.rounds).toBe(rounds)
    expect(await portsFor(nodes[3]!)).toEqual([])
  })

  it('ends with its signal, and with the node', async () => {
    const [node] = await nodesOf(2)
    const reason = new Error('no')
    const signal = AbortSignal.abort(reason)
    await expect(node!.announceOnce(HASH, { port: 1, signal })).rejects.toBe(reason)
    const controller = new AbortController()
    const aborted = node!.announceOnce(HASH, { port: 1, signal: controller.signal })
    controller.abort(reason)
    await expect(aborted).rejects.toBe(reason)
    const open = codeOf(() => node!.announceOnce(HASH, { port: 1 }))
    await node!.close()
    expect(await open).toBe('ERR_DHT_NODE_CLOSED')
  })

  it('without a contact, reports that nobody stores it', async () => {
    const [node] = await nodesOf(1)
    expect((await node!.announceOnce(HASH, { port: 1 })).accepted).toEqual([])
  })
})
