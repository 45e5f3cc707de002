// What a lookup does about slow nodes, as users see it: its promise, its iterator, and the ways to
// end both.

import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DhtNode } from '../../src/shell/dht-node.ts'
import { codeOf, MemoryWorld } from '../support/memory-node.ts'

const ID = 'ab'.repeat(32)

let world: MemoryWorld
let alice: DhtNode
let carol: DhtNode

afterEach(() => world.close())

describe('with a slow node', () => {
  const PORTS = [80, 81]

  /** Carol is about to look up: Alice, the only one with the second endpoint, is slow. */
  beforeEach(async () => {
    world = new MemoryWorld()
    const [first, , third] = await world.nodes(3)
    ;[alice, carol] = [first!, third!]
    const dave = await world.node(4)
    await dave.joined()
    await dave.enter(ID, PORTS[0]!)
    const { token } = await dave.findValue(alice.endpoints[0]!, ID)
    await dave.store(alice.endpoints[0]!, { id: ID, port: PORTS[1]!, token: token! })
    world.network.held.add(alice.endpoints[0]!.address)
  })

  const portsOf = (endpoints: readonly { readonly port: number }[]): number[] =>
    endpoints.map(({ port }) => port)

  it('a lookup has its result without it, and the iterator goes on', async () => {
    const { signal } = new AbortController()
    const lookup = carol.lookup(ID, { signal })
    const seen: number[] = []
    const reading = (async () => {
      for await (const { port } of lookup) seen.push(port)
    })()
    await world.pass(3_000)
    const { complete, incompleteReasons, endpoints } = await lookup
    expect([complete, incompleteReasons]).toEqual([false, ['late']])
    expect([portsOf(endpoints), seen]).toEqual([[80], [80]])
    expect(carol.info().operations).toBe(0)
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    world.network.release()
    await reading
    expect(seen).toEqual(PORTS)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('the iterator ends when the query to the slow node expires', async () => {
    const lookup = carol.lookup(ID)
    const seen: number[] = []
    const reading = (async () => {
      for await (const { port } of lookup) seen.push(port)
    })()
    await world.pass(4_000)
    await reading
    expect(seen).toEqual([80])
  })

  it('mode all waits for it', async () => {
    const lookup = carol.lookup(ID, { mode: 'all' })
    await world.pass(3_000)
    expect(carol.info().operations).toBe(1)
    world.network.release()
    expect(await lookup).toMatchObject({ complete: true, incompleteReasons: [] })
    expect(portsOf((await lookup).endpoints)).toEqual(PORTS)
  })

  it('a lookup that finds nothing waits for it, too, and so does closest', async () => {
    const [nothing, nearest] = [carol.lookup('cd'.repeat(32)), carol.closest(ID)]
    await world.pass(3_000)
    expect(carol.info().operations).toBe(2)
    world.network.release()
    expect((await nothing).complete).toBe(true)
    expect((await nearest).closest.map(({ id }) => id)).toContain(alice.id)
  })

  it('aborting after the result ends the iterator with the reason', async () => {
    const controller = new AbortController()
    const reader = carol.lookup(ID, { signal: controller.signal })[Symbol.asyncIterator]()
    await reader.next()
    await world.pass(3_000)
    const next = codeOf(() => reader.next())
    controller.abort(Object.assign(new Error('enough'), { code: 'ENOUGH' }))
    expect(await next).toBe('ENOUGH')
    world.network.release()
    await world.settle()
  })

  it('leaving the loop after the result cancels what is left', async () => {
    const { signal } = new AbortController()
    const lookup = carol.lookup(ID, { signal })
    const reader = lookup[Symbol.asyncIterator]()
    await reader.next()
    await world.pass(3_000)
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await reader.return!()
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('closing the node after the result ends the iterator', async () => {
    const reader = carol.lookup(ID)[Symbol.asyncIterator]()
    await reader.next()
    await world.pass(3_000)
    const next = codeOf(() => reader.next())
    await carol.close()
    expect(await next).toBe('ERR_DHT_NODE_CLOSED')
  })
})

describe('among eight nodes', () => {
  it('SEARCH-41: a node that answered late is not waited for, until it answers soon', async () => {
    world = new MemoryWorld()
    const [first, second, third] = await world.nodes(8)
    ;[alice, carol] = [first!, third!]
    await second!.enter(ID, 80)
    const { address } = alice.endpoints[0]!
    const lookUp = async (mode?: 'all'): Promise<number> => {
      const lookup = carol.lookup(ID, mode && { mode })
      await world.pass(3_000)
      world.network.release()
      await world.settle()
      return (await lookup).durationMs
    }
    world.network.held.add(address)
    expect(await lookUp()).toBeGreaterThan(0)
    world.network.held.add(address)
    expect(await lookUp()).toBe(0)
    expect(await lookUp('all')).toBe(0)
    world.network.held.add(address)
    expect(await lookUp()).toBeGreaterThan(0)
  })
})
