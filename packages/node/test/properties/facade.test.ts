// The facade under every order of datagrams and calls: fast-check's scheduler decides what comes
// next.

import { formatEndpoint } from '@dht/krpc'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Broadcast } from '../../src/shell/broadcast.ts'
import type { DhtNode } from '../../src/shell/dht-node.ts'
import { MemoryWorld } from '../support/memory-node.ts'

const ID = 'ab'.repeat(32)
const OTHER_ID = 'cd'.repeat(32)
const CODE = /^ERR_DHT_NODE_(CLOSED|ABORTED)$/

let unhandled: unknown[]
const note = (reason: unknown): void => void unhandled.push(reason)

beforeEach(() => {
  unhandled = []
  process.on('unhandledRejection', note)
})

afterEach(async () => {
  // Rejections are reported after the microtasks of their turn.
  await new Promise((resolve) => setTimeout(resolve, 5))
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

/** Each run starts a network, so a part of the usual runs is enough. */
function share(part: number): number {
  return Math.ceil((fc.readConfigureGlobal().numRuns ?? 100) / part)
}

/** A small network in which datagrams arrive when the scheduler says so. */
async function scheduledWorld(s: fc.Scheduler): Promise<{ world: MemoryWorld; nodes: DhtNode[] }> {
  const world = new MemoryWorld()
  const nodes = await world.nodes(4)
  await Promise.all([nodes[0]!.enter(ID, 1), nodes[1]!.enter(ID, 2)])
  await world.settle()
  world.network.later = (happen) => void s.schedule(Promise.resolve()).then(happen)
  return { world, nodes }
}

it('API-7: identical lookups at the same time give equal results', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (s, count) => {
      const { world, nodes } = await scheduledWorld(s)
      const lookups = Array.from({ length: count }, () => nodes[3]!.lookup(ID))
      const streams = lookups.map(async (lookup) => {
        const streamed: string[] = []
        for await (const endpoint of lookup) streamed.push(formatEndpoint(endpoint))
        return streamed
      })
      const results = await s.waitFor(Promise.all(lookups))
      const streamed = await s.waitFor(Promise.all(streams))
      results.forEach(({ endpoints, closest }, i) => {
        expect(endpoints.map(formatEndpoint)).toEqual(streamed[i])
        expect(streamed[i]?.toSorted()).toEqual(['192.0.2.1:1', '192.0.2.2:2'])
        expect(closest.map(({ id }) => id)).toEqual(results[0]?.closest.map(({ id }) => id))
      })
      await world.close()
    }),
    { numRuns: share(4) },
  )
})

function sentBy(node: DhtNode, { network }: MemoryWorld): number {
  const [own] = node.endpoints
  return network.sent.filter(({ from }) => from.address === own?.address).length
}

/** What a user may do, and how it may end: `met` or the code of an error. */
type Act = (node: DhtNode, controller: AbortController) => PromiseLike<unknown>

const ACTS: Readonly<Record<string, Act>> = {
  lookup: (node, { signal }) => node.lookup(ID, { signal }),
  first: (node, { signal }) => node.lookup(ID, { mode: 'first', signal }),
  stream: async (node, { signal }) => {
    for await (const _ of node.lookup(ID, { signal }));
  },
  leave: async (node, { signal }) => {
    for await (const _ of node.lookup(ID, { signal })) break
  },
  enter: (node) => node.enter(OTHER_ID, 80),
  reports: async (node) => {
    for await (const _ of node.enter(OTHER_ID, 81)) break
  },
  ping: (node, { signal }) => node.ping('192.0.2.1:1', { signal }),
  closest: (node, { signal }) => node.closest(ID, { signal }),
  joined: (node, { signal }) => node.joined({ signal }),
  delete: async (node) => node.delete(OTHER_ID),
  watch: async (node) => {
    for await (const _ of node.events()) break
  },
  abort: async (_node, controller) => controller.abort(),
  forget: async (node) => void node.lookup(ID),
}

it('API-3: everything under way ends when a node is closed, and nothing is left open', async () => {
  const act = fc.constantFrom(...Object.keys(ACTS))
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(act, { maxLength: 8 }), async (s, acts) => {
      const { world, nodes } = await scheduledWorld(s)
      const node = nodes[3]!
      const controller = new AbortController()
      const done = acts.map(async (name) => {
        await s.schedule(Promise.resolve(), name)
        return ACTS[name]!(node, controller)
      })
      const ends = done.map((end) =>
        end.then(
          () => 'met',
          (error: { code?: unknown; name: string }) =>
            error.name === 'AbortError' ? 'ERR_DHT_NODE_ABORTED' : String(error.code),
        ),
      )
      const closing = s.schedule(Promise.resolve(), 'close').then(() => node.close())
      await s.waitFor(closing)
      for (const end of await s.waitFor(Promise.all(ends))) {
        if (end !== 'met') expect(end).toMatch(CODE)
      }
      const sent = sentBy(node, world)
      await s.waitIdle()
      expect(sentBy(node, world)).toBe(sent)
      await world.close()
      expect([world.clock.alarms, world.network.open]).toEqual([0, 0])
    }),
    { numRuns: share(2) },
  )
})

it('API-8: errors of readers and listeners do not reach the node', async () => {
  const thrown = new Error('of the user')
  const fail = (): never => {
    throw thrown
  }
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (s) => {
      const { world, nodes } = await scheduledWorld(s)
      const node = nodes[3]!
      const ends = [
        node.lookup(ID).then(fail),
        node.enter(OTHER_ID, 5).then(fail),
        node.ping('192.0.2.1:1').then(fail),
        (async () => {
          for await (const _ of node.lookup(ID)) fail()
        })(),
        (async () => {
          for await (const _ of node.events()) fail()
        })(),
      ].map((end) => end.catch((error: unknown) => error))
      for (const end of await s.waitFor(Promise.all(ends))) expect(end).toBe(thrown)
      const { endpoints } = await s.waitFor(node.lookup(ID))
      expect(endpoints).toHaveLength(2)
      await world.close()
    }),
    { numRuns: share(4) },
  )
})

it('a broadcast gives every reader all that is kept, in order', async () => {
  const items = fc.array(fc.nat(), { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), items, fc.nat({ max: 4 }), async (s, pushed, readers) => {
      const broadcast = new Broadcast<number>(pushed.length)
      const reading = Array.from({ length: readers }, async () => {
        await s.schedule(Promise.resolve(), 'read')
        const read: number[] = []
        for await (const item of broadcast.read()) {
          read.push(item)
          await s.schedule(Promise.resolve(), 'think')
        }
        return read
      })
      const writing = (async () => {
        for (const item of pushed) {
          await s.schedule(Promise.resolve(), 'push')
          broadcast.push(item)
        }
        broadcast.end()
      })()
      await s.waitFor(writing)
      for (const read of await s.waitFor(Promise.all(reading))) expect(read).toEqual(pushed)
    }),
  )
})
