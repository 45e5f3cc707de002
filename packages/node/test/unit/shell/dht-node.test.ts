import { getEventListeners } from 'node:events'
import { formatEndpoint } from '@dht/krpc'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DhtNode } from '../../../src/shell/dht-node.ts'
import type { RoundReport } from '../../../src/shell/plain.ts'
import { codeOf, MemoryWorld } from '../../support/memory-node.ts'

const ID = 'ab'.repeat(32)
const MINUTE = 60_000
const NOBODY = '192.0.2.99:1'

let world: MemoryWorld
let alice: DhtNode
let bob: DhtNode
let carol: DhtNode
let bobAt: string

beforeEach(async () => {
  world = new MemoryWorld()
  ;[alice, bob, carol] = (await world.nodes(3)) as [DhtNode, DhtNode, DhtNode]
  bobAt = formatEndpoint(bob.endpoints[0]!)
})

afterEach(() => world.close())

/** The endpoints that this node finds under `ID`, as text. */
async function found(node: DhtNode): Promise<string[]> {
  const { endpoints } = await node.lookup(ID)
  return endpoints.map(formatEndpoint)
}

describe('a query to one node', () => {
  it('API-5: ping returns the contact, or rejects when no node is there', async () => {
    expect((await alice.ping(bobAt)).id).toEqual(bob.id)
    const nobody = codeOf(() => alice.ping(NOBODY))
    await world.pass(MINUTE)
    expect(await nobody).toBe('ERR_DHT_NODE_TIMEOUT')
  })

  it('API-2: no call is open for longer than the timeout of one query', async () => {
    const dave = await world.node(4, { giveUpMs: 400 })
    const nobody = codeOf(() => dave.ping(NOBODY))
    await world.pass(399)
    expect(dave.info().operations).toBe(1)
    await world.pass(1)
    expect(await nobody).toBe('ERR_DHT_NODE_TIMEOUT')
  })

  it('no listener is left on a signal when a call has ended', async () => {
    const { signal } = new AbortController()
    const listening = (): number => getEventListeners(signal, 'abort').length
    const pinged = alice.ping(bobAt, { signal })
    expect(listening()).toBe(1)
    await pinged
    expect(listening()).toBe(0)
    const closed = codeOf(() => alice.ping(NOBODY, { signal }))
    expect(listening()).toBe(1)
    await alice.close()
    expect(await closed).toBe('ERR_DHT_NODE_CLOSED')
    expect(listening()).toBe(0)
  })

  it('a call beyond the limit of operations is refused, whatever it is', async () => {
    const dave = await world.node(4, { maxOperations: 1 })
    // Its own join operation runs.
    for (const call of [() => dave.joined(), () => dave.closest(ID), () => dave.ping(bobAt)]) {
      expect(await codeOf(call)).toBe('ERR_DHT_NODE_BUSY')
    }
  })

  it('API-5: pinging ourselves is refused, and so is a family without a socket', async () => {
    expect(await codeOf(() => alice.ping(alice.endpoints[0]!))).toBe('ERR_DHT_NODE_NOT_SENT')
    expect(await codeOf(() => alice.ping('[2001:db8::1]:1'))).toBe('ERR_DHT_NODE_NOT_SENT')
  })

  it('findNode returns the contacts that the node knows', async () => {
    const { contact, contacts, endpoints } = await alice.findNode(bobAt, carol.id)
    expect(contact.id).toEqual(bob.id)
    expect(contacts.map(({ id }) => id)).toContain(carol.id)
    expect(endpoints).toEqual([])
  })

  it('findValue returns a token, store uses it, findValue returns the endpoint', async () => {
    const { token } = await alice.findValue(bobAt, ID)
    await alice.store(bobAt, { id: ID, port: 80, token: token! })
    const { endpoints } = await carol.findValue(bobAt, ID)
    expect(endpoints.map(formatEndpoint)).toEqual(['192.0.2.1:80'])
  })

  it('the error message for a wrong token keeps its code and text', async () => {
    const refused = alice.store(bobAt, { id: ID, port: 80, token: Uint8Array.of(1, 2, 3, 4) })
    await expect(refused).rejects.toMatchObject({
      code: 'ERR_DHT_NODE_REMOTE',
      remote: { code: 203, text: expect.any(String) },
    })
    expect(await found(carol)).toEqual([])
  })
})

describe('announcements', () => {
  it('are found by all nodes, including our own', async () => {
    const report = await bob.enter(ID, 8080)
    expect(report).toMatchObject({ port: 8080, complete: true, refused: [], unreachable: [] })
    expect(report.accepted).toHaveLength(2)
    for (const node of [alice, bob, carol]) expect(await found(node)).toEqual(['192.0.2.2:8080'])
    expect(bob.info().announcements).toMatchObject([{ port: 8080, publishing: false }])
  })

  it('are published again, and report each round', async () => {
    const reports: RoundReport[] = []
    const dave = await world.node(4, { k: 3 })
    const entry = dave.enter(ID, 8080)
    const reading = (async () => {
      for await (const report of entry) reports.push(report)
    })()
    await entry
    await world.pass(100 * MINUTE)
    expect(reports).toHaveLength(4)
    expect(reports.every(({ complete }) => complete)).toBe(true)
    dave.delete(ID)
    await reading
  })

  it('entered again replace the old one, whose handle ends', async () => {
    const first = bob.enter(ID, 1)
    await first
    const second = bob.enter(ID, 2)
    const rounds: RoundReport[] = []
    for await (const report of first) rounds.push(report)
    expect(rounds.map(({ port }) => port)).toEqual([1])
    expect((await second).port).toBe(2)
    expect(bob.info().announcements.map(({ port }) => port)).toEqual([2])
  })

  it('withdrawn before their first round reject', async () => {
    const first = bob.enter(ID, 1)
    const second = bob.enter(ID, 2)
    bob.delete(ID)
    bob.delete(ID)
    expect(await codeOf(() => first)).toBe('ERR_DHT_NODE_ABORTED')
    expect(await codeOf(() => second)).toBe('ERR_DHT_NODE_ABORTED')
    expect(bob.info().announcements).toEqual([])
  })

  it('go on after a reader has left', async () => {
    for await (const _ of bob.enter(ID, 8080)) break
    expect(bob.info().announcements).toHaveLength(1)
  })

  it('beyond the bound fail as promise and as iterator', async () => {
    const dave = await world.node(4, { maxAnnouncements: 1 })
    dave.enter(ID, 1)
    const refused = dave.enter('cd'.repeat(32), 2)
    expect(await codeOf(() => refused)).toBe('ERR_DHT_NODE_BUSY')
    expect(await codeOf(() => refused[Symbol.asyncIterator]().next())).toBe('ERR_DHT_NODE_BUSY')
  })
})

describe('lookups', () => {
  it('API-6: report each endpoint once and end with all of them', async () => {
    await Promise.all([alice.enter(ID, 1), bob.enter(ID, 2)])
    const lookup = carol.lookup(ID)
    const streamed: string[] = []
    for await (const endpoint of lookup) streamed.push(formatEndpoint(endpoint))
    const { endpoints, holders, closest } = await lookup
    expect(streamed.toSorted()).toEqual(['192.0.2.1:1', '192.0.2.2:2'])
    expect(endpoints.map(formatEndpoint)).toEqual(streamed)
    expect(holders.length).toBeGreaterThan(0)
    expect(closest).toHaveLength(2)
  })

  it('mode first ends with the first endpoint', async () => {
    await bob.enter(ID, 2)
    const { endpoints } = await carol.lookup(ID, { mode: 'first' })
    expect(endpoints.map(formatEndpoint)).toEqual(['192.0.2.2:2'])
  })

  it('closest returns the nearest nodes that respond, and requests no endpoints', async () => {
    await bob.enter(ID, 2)
    const { closest, endpoints } = await alice.closest(bob.id)
    expect(closest[0]?.id).toBe(bob.id)
    expect([closest.length, endpoints]).toEqual([2, []])
  })

  it('left early are cancelled', async () => {
    await bob.enter(ID, 2)
    const lookup = carol.lookup(ID)
    for await (const _ of lookup) {
      expect(carol.info().operations).toBe(1)
      break
    }
    expect(carol.info().operations).toBe(0)
    expect(await codeOf(() => lookup)).toBe('ERR_DHT_NODE_ABORTED')
  })
})

describe('an AbortSignal', () => {
  const operations: [string, (node: DhtNode, signal: AbortSignal) => PromiseLike<unknown>][] = [
    ['ping', (node, signal) => node.ping(NOBODY, { signal })],
    ['findNode', (node, signal) => node.findNode(NOBODY, ID, { signal })],
    ['findValue', (node, signal) => node.findValue(NOBODY, ID, { signal })],
    [
      'store',
      (node, signal) =>
        node.store(NOBODY, { id: ID, port: 1, token: Uint8Array.of(1) }, { signal }),
    ],
    ['closest', (node, signal) => node.closest(ID, { signal })],
    ['lookup', (node, signal) => node.lookup(ID, { signal })],
    ['joined', (node, signal) => node.joined({ signal })],
  ]

  it.each(operations)('cancels %s at once and leaves no listener', async (_name, request) => {
    const [controller, counted] = [new AbortController(), { listeners: 0 }]
    const signal = counting(controller.signal, counted)
    const wished = request(alice, signal)
    const refused = expect(wished).rejects.toBe('enough')
    expect([alice.info().operations, counted.listeners]).toEqual([1, 1])
    controller.abort('enough')
    expect([alice.info().operations, counted.listeners]).toEqual([0, 0])
    await refused
  })

  it.each(operations)('aborted beforehand: %s sends nothing', async (_name, request) => {
    const sent = world.network.sent.length
    await expect(request(alice, AbortSignal.abort('never'))).rejects.toBe('never')
    expect(world.network.sent).toHaveLength(sent)
  })

  it.each(operations)(
    'has no listener any more when %s ends by itself or with the node',
    async (_name, request) => {
      const [closed, ended] = [{ listeners: 0 }, { listeners: 0 }]
      const rejected = codeOf(() => request(alice, counting(new AbortController().signal, closed)))
      const met = Promise.allSettled([request(bob, counting(new AbortController().signal, ended))])
      await alice.close()
      expect([await rejected, closed.listeners]).toEqual(['ERR_DHT_NODE_CLOSED', 0])
      await world.pass(5 * MINUTE)
      await met
      expect(ended.listeners).toBe(0)
    },
  )

  it.each(operations)('API-12: frees the queries of %s at once', async (name, request) => {
    const dave = await world.node(4, { bootstrap: [NOBODY, '192.0.2.98:1', '192.0.2.97:1'] })
    const openOf = (): number => dave.info().overlays[0]!.openQueries
    // Its first contacts are silent; the nodes that the call queries are known by then.
    for (const node of [alice, bob, carol]) await node.ping(dave.endpoints[0]!)
    await world.settle()
    world.network.later = () => {}
    const before = openOf()
    const controller = new AbortController()
    const refused = expect(request(dave, controller.signal)).rejects.toBe('enough')
    // No call waits for the join, but the node itself needs it.
    if (name !== 'joined') expect(openOf()).toBeGreaterThan(before)
    controller.abort('enough')
    expect(openOf()).toBe(before)
    await refused
  })

  it('has one listener for all calls, so Node does not warn', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const controller = new AbortController()
    const { signal } = controller
    const calls = Array.from({ length: 20 }, (_, i) =>
      [alice, bob][i % 2]!.ping(NOBODY, { signal }),
    )
    const lookups = Array.from({ length: 20 }, () => carol.lookup(ID, { signal }))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    const ends = [...calls, ...lookups].map((call) => expect(call).rejects.toBe('enough'))
    controller.abort('enough')
    await Promise.all(ends)
    expect(getEventListeners(signal, 'abort')).toEqual([])
    expect(warned).not.toHaveBeenCalled()
    warned.mockRestore()
  })

  /** The same signal, with its abort listeners counted. */
  function counting(signal: AbortSignal, counted: { listeners: number }): AbortSignal {
    return new Proxy(signal, {
      get(target, name) {
        if (name === 'addEventListener') {
          return (...args: Parameters<AbortSignal['addEventListener']>) => {
            counted.listeners++
            target.addEventListener(...args)
          }
        }
        if (name === 'removeEventListener') {
          return (...args: Parameters<AbortSignal['removeEventListener']>) => {
            counted.listeners--
            target.removeEventListener(...args)
          }
        }
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }
})

describe('events', () => {
  it('are given to every reader and end with the node', async () => {
    const dave = await world.node(4)
    const kinds = new Set<string>()
    const watching = (async () => {
      for await (const event of dave.events()) kinds.add(event.kind)
    })()
    await dave.joined()
    await dave.enter(ID, 5)
    await alice.enter(ID, 6)
    await dave.close()
    await watching
    expect([...kinds]).toEqual(expect.arrayContaining(['contact-added', 'published', 'stored']))
  })

  it('are given to a reader from its call on, also beside another one', async () => {
    const early = alice.events()
    await alice.enter(ID, 5)
    expect((await early.next()).value?.kind).toBe('published')
    const late = alice.events()
    await alice.enter('cd'.repeat(32), 6)
    expect((await late.next()).value).toMatchObject({ report: { target: 'cd'.repeat(32) } })
  })

  it('cost nothing without a reader, and a reader may leave while it waits', async () => {
    const events = alice.events()
    const next = events.next()
    await events.return?.()
    expect((await next).done).toBe(true)
    await alice.enter(ID, 5)
    const [first] = [await Promise.race([alice.events().next(), world.settle()])]
    expect(first).toBeUndefined()
  })
})

describe('API-3: closing', () => {
  it('ends every open call, sends nothing more and leaves nothing open', async () => {
    const open = [
      codeOf(() => alice.ping(NOBODY)),
      codeOf(() => alice.lookup(ID)),
      codeOf(() => alice.closest(ID)),
      codeOf(() => alice.joined()),
      codeOf(() => alice.enter(ID, 5)),
      codeOf(async () => {
        for await (const _ of alice.lookup(ID));
      }),
    ]
    const entry = alice.enter('cd'.repeat(32), 5)
    const alarms = world.clock.alarms
    await alice.close()
    expect(await Promise.all(open)).toEqual(open.map(() => 'ERR_DHT_NODE_CLOSED'))
    expect((await entry[Symbol.asyncIterator]().next()).done).toBe(true)
    expect(world.clock.alarms).toBe(alarms - 1)
    expect(world.network.open).toBe(2)
    const sentByAlice = (): number =>
      world.network.sent.filter(({ from }) => from.address === '192.0.2.1').length
    const sent = sentByAlice()
    await world.pass(MINUTE)
    expect(sentByAlice()).toBe(sent)
  })

  it('makes every call reject, and may be repeated', async () => {
    await Promise.all([alice.close(), alice.close()])
    await alice.close()
    const calls: (() => unknown)[] = [
      () => alice.joined(),
      () => alice.enter(ID, 1),
      () =>
        alice
          .enter(ID, 1)
          [Symbol.asyncIterator]()
          .next()
          .then(({ done }) => {
            if (done) throw Object.assign(new Error(), { code: 'ERR_DHT_NODE_CLOSED' })
          }),
      () => alice.delete(ID),
      () => alice.lookup(ID),
      () => alice.lookup(ID)[Symbol.asyncIterator]().next(),
      () => alice.closest(ID),
      () => alice.ping(bobAt),
      () => alice.findNode(bobAt, ID),
      () => alice.findValue(bobAt, ID),
      () => alice.store(bobAt, { id: ID, port: 1, token: Uint8Array.of(1) }),
    ]
    for (const call of calls) expect(await codeOf(call)).toBe('ERR_DHT_NODE_CLOSED')
    expect(alice.info().id).toEqual(alice.id)
    expect(alice.endpoints).toHaveLength(1)
    expect((await alice.events().next()).done).toBe(true)
  })

  it('works by `await using`', async () => {
    {
      await using dave = await world.node(4)
      expect(world.network.open).toBe(4)
      await dave.joined()
    }
    expect(world.network.open).toBe(3)
  })
})
