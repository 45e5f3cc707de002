// The trace of a lookup is compared with what the network saw and with the result of the lookup.

import { type Id, randomId } from '@dht/id'
import { type Contact, decodeMessage, dht256, type Endpoint, formatEndpoint } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { TracedLookup, TracedQuery, TraceStep } from '../../src/core/lookups/trace.ts'
import { codeOf, MemoryWorld } from '../support/memory-node.ts'
import { VirtualNetwork, type VirtualNode } from '../support/virtual-network.ts'

const NODES = 18
const MAX_QUERIES = 200

/** Nodes that know one another; a few have died since. Datagrams get lost and overtake others. */
function lossyNetwork(seed: number): VirtualNetwork {
  const net = new VirtualNetwork({ seed, jitterMs: 700, core: { k: 4 } })
  for (let n = 0; n < NODES; n++) net.add()
  net.introduceAll()
  for (const node of net.nodes.slice(1, 6)) node.crash()
  net.loss = 0.1
  return net
}

interface Seen {
  readonly at: number
  readonly node: string
}

/** The `get_peers` queries and the responses to them that the network carried for one node. */
function watchWire(net: VirtualNetwork, { local }: VirtualNode) {
  const own = formatEndpoint(local)
  const queries: (Seen & { readonly transaction: string })[] = []
  const responses: Seen[] = []
  const keyOf = (bytes: Uint8Array) => bytes.join()
  net.onDatagram = (bytes, from, to) => {
    const message = decodeMessage(bytes.slice(), dht256)
    if (
      message.kind === 'query' &&
      message.method === 'get_peers' &&
      formatEndpoint(from) === own
    ) {
      const transaction = keyOf(message.transactionId)
      queries.push({ at: net.now, node: formatEndpoint(to), transaction })
    }
    if (message.kind === 'response' && formatEndpoint(to) === own) {
      const key = keyOf(message.transactionId)
      const isAsked = queries.some(({ transaction }) => transaction === key)
      if (isAsked) responses.push({ at: net.now, node: formatEndpoint(from) })
    }
    return true
  }
  return { queries, responses }
}

const nameOf = (contact: { readonly endpoint: Endpoint }) => formatEndpoint(contact.endpoint)
const idsOf = (contacts: readonly Contact[]) => contacts.map(({ id }) => id)

function ofKind<K extends TraceStep['kind']>(steps: readonly TraceStep[], kind: K) {
  return steps.filter((step): step is Extract<TraceStep, { kind: K }> => step.kind === kind)
}

it('TRACE-1: the steps are what the network saw, and end with the result', () => {
  let [stalls, failures] = [0, 0]
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
      const net = lossyNetwork(seed)
      const [node] = net.nodes as [VirtualNode]
      const { queries, responses } = watchWire(net, node)
      const target = randomId(32, seededRandom(seed))
      const operationId = node.request({ kind: 'lookup', target, mode: 'all', isTraced: true })
      const outcome = net.settle(node, operationId)
      if (outcome.kind !== 'found') throw new Error('no result')
      const steps = node.steps.map(({ step }) => step)
      const { tally, closest, incompleteReasons } = outcome.result

      expect(steps[0]).toMatchObject({ kind: 'started' })
      expect(steps.at(-1)).toMatchObject({ kind: 'ended', incompleteReasons })
      expect(idsOf(ofKind(steps, 'ended')[0]!.closest)).toEqual(idsOf(closest))
      for (const [n, { at }] of steps.entries()) {
        expect(at).toBeGreaterThanOrEqual(steps[Math.max(0, n - 1)]!.at)
      }

      // Each query was sent at the instant of its step; a second datagram only follows a stall.
      const queried = ofKind(steps, 'queried')
      expect(queried).toHaveLength(tally.queried)
      const stalled = new Set(ofKind(steps, 'stalled').map(({ contact }) => nameOf(contact)))
      for (const { at, contact } of queried) {
        const sent = queries.filter((query) => query.node === nameOf(contact))
        expect(sent[0]!.at).toBe(at)
        expect(sent.length).toBe(stalled.has(nameOf(contact)) ? 2 : 1)
      }
      expect(new Set(queries.map((query) => query.node)).size).toBe(queried.length)

      // A node is queried after the lookup has heard of it, or it is in our table.
      const { startingContacts } = ofKind(steps, 'started')[0]!
      const ours = [...startingContacts, ...node.core.contacts()]
      const known = new Map(ours.map((c) => [nameOf(c), 0]))
      for (const step of steps) {
        if (step.kind === 'responded') for (const c of step.closer) known.set(nameOf(c), step.at)
        if (step.kind === 'queried') expect(known.has(nameOf(step.contact))).toBe(true)
      }

      const responded = ofKind(steps, 'responded')
      expect(responded).toHaveLength(tally.responded)
      for (const { at, contact, roundTripMs } of responded) {
        const sentAt = queries.find((query) => query.node === nameOf(contact))!.at
        expect(roundTripMs).toBeCloseTo(at - sentAt, 6)
        expect(responses.some((each) => each.node === nameOf(contact) && each.at <= at)).toBe(true)
      }
      expect(ofKind(steps, 'failed')).toHaveLength(tally.failed)
      expect(ofKind(steps, 'stalled')).toHaveLength(tally.stalled)
      expect(steps.length).toBeLessThan(3 * MAX_QUERIES)
      stalls += tally.stalled
      failures += tally.failed
    }),
    { numRuns: 8 },
  )
  expect(Math.min(stalls, failures)).toBeGreaterThan(5)
})

/** A network in which many ids are right beside `target`, so that a lookup of it has to sweep. */
function crowdedNetwork(target: Id, seed: number): VirtualNetwork {
  const net = new VirtualNetwork({ seed, jitterMs: 300, loss: 0.02, core: { k: 4 } })
  net.grow(20)
  for (let n = 1; n <= 16; n++) {
    const id = target.slice() as Id
    id[31]! ^= n
    net.add({ id }).join(net.nodes.slice(0, 1))
    net.advance(500)
  }
  for (const node of net.nodes.slice(30)) node.crash()
  return net
}

/** The nodes that one node has asked for what is nearest to an id, each as `node id`. */
function watchTargets(net: VirtualNetwork, { local }: VirtualNode): Set<string> {
  const asked = new Set<string>()
  net.onDatagram = (bytes, from, to) => {
    const message = decodeMessage(bytes.slice(), dht256)
    if (message.kind !== 'query' || formatEndpoint(from) !== formatEndpoint(local)) return true
    if (message.method !== 'find_node' && message.method !== 'get_peers') return true
    const { target } = message as unknown as { readonly target: Id }
    asked.add(`${formatEndpoint(to)} ${message.method} ${target.join()}`)
    return true
  }
  return asked
}

it('TRACE-4: each query of a trace is told once, with the point that it asked for', () => {
  const sweeps: number[] = []
  for (const seed of [1, 2, 3]) {
    const target = randomId(32, seededRandom(seed))
    const net = crowdedNetwork(target, seed)
    const node = net.nodes[3]!
    const asked = watchTargets(net, node)
    const operationId = node.request({ kind: 'lookup', target, mode: 'all', isTraced: true })
    net.settle(node, operationId)
    const steps = node.steps.map(({ step }) => step)
    const queried = ofKind(steps, 'queried')
    const keyOf = ({ contact, phase, toward }: TracedQuery) => {
      return `${nameOf(contact)} ${phase} ${toward?.join()}`
    }
    const keys = queried.map(keyOf)
    expect(new Set(keys).size).toBe(keys.length)
    const ended = [...ofKind(steps, 'responded'), ...ofKind(steps, 'failed')].map(keyOf)
    expect(new Set(ended).size).toBe(ended.length)
    const stalled = ofKind(steps, 'stalled').map(keyOf)
    const unsent = ofKind(steps, 'failed').filter(({ reason }) => reason === 'destination')
    expect([...keys, ...unsent.map(keyOf)]).toEqual(expect.arrayContaining([...ended, ...stalled]))

    for (const { contact, toward } of queried) {
      const method = toward === undefined ? 'get_peers' : 'find_node'
      expect(asked).toContain(`${nameOf(contact)} ${method} ${(toward ?? target).join()}`)
    }
    const swept = queried.filter(({ phase }) => phase === 'sweep')
    expect(queried.slice(-swept.length)).toEqual(swept)
    expect(swept).toEqual(expect.arrayContaining(queried.filter(({ toward }) => toward)))
    const repeated = queried.length - new Set(queried.map(({ contact }) => nameOf(contact))).size
    sweeps.push(Math.min(repeated, swept.length, swept.filter(({ toward }) => !toward).length))
  }
  expect(Math.min(...sweeps)).toBeGreaterThan(0)
})

it('TRACE-2: a node whose lookups are traced sends and finds what it would anyway', () => {
  const run = (traced: boolean, seed: number) => {
    const net = new VirtualNetwork({ seed, jitterMs: 300, loss: 0.05, core: { k: 4 } })
    const sent: string[] = []
    net.onDatagram = (bytes, from, to) => {
      sent.push(`${net.now} ${formatEndpoint(from)} ${formatEndpoint(to)} ${bytes.join()}`)
      return true
    }
    const grown = net.grow(8)
    const node = net.add()
    node.core.traceLookups(traced)
    node.join(grown)
    node.request({ kind: 'enter', target: randomId(32, seededRandom(seed)), port: 1 })
    net.advance(7_260_000)
    return { sent, steps: node.steps }
  }
  const purposes = new Set<string>()
  for (const seed of [1, 2, 3]) {
    const [traced, plain] = [run(true, seed), run(false, seed)]
    expect(traced.sent).toEqual(plain.sent)
    expect(plain.steps).toEqual([])
    for (const { lookup } of traced.steps) purposes.add(lookup.purpose)
    expectEachToEnd(traced.steps.map(({ lookup, step }) => [lookup, step]))
  }
  expect([...purposes].sort()).toEqual(['join', 'publish', 'refresh'])
})

/** Every lookup has one first and one last step. */
function expectEachToEnd(steps: readonly (readonly [TracedLookup, TraceStep])[]): void {
  const lookupIds = new Set(steps.map(([{ lookupId }]) => lookupId))
  expect(lookupIds.size).toBeGreaterThan(3)
  for (const lookupId of lookupIds) {
    const kinds = steps.filter(([lookup]) => lookup.lookupId === lookupId).map(([, s]) => s.kind)
    expect([kinds[0], kinds.at(-1)]).toEqual(['started', 'ended'])
    expect(kinds.filter((kind) => kind === 'started' || kind === 'ended')).toHaveLength(2)
  }
}

it('TRACE-3: a call returns its steps and tells them as they happen', async () => {
  const world = new MemoryWorld()
  const nodes = await world.nodes(5)
  const [node] = nodes as [(typeof nodes)[0]]
  const id = 'ab'.repeat(32)
  await nodes[1]!.enter(id, 80)
  const all: unknown[] = []
  const end = node.onLookupStep((lookup, step) => all.push([lookup, step]))
  const told: unknown[] = []
  const onStep = (...step: unknown[]) => told.push(step)
  const found = await node.lookup(id, { onStep, trace: true, mode: 'all' })
  const kept = found.trace!.flatMap(({ lookup, steps }) => steps.map((step) => [lookup, step]))
  expect(kept).toEqual(told)
  expect(all).toEqual(told)
  expect(found.trace![0]!.lookup).toMatchObject({ target: id, family: 4, purpose: 'user' })
  expect(found.trace![0]!.steps.at(-1)).toMatchObject({ kind: 'ended', closest: found.closest })
  expect(JSON.parse(JSON.stringify(found.trace))).toEqual(found.trace)

  const closest = await node.closest(id, { trace: true })
  expect(closest.trace![0]!.steps.at(-1)).toMatchObject({ closest: closest.closest })
  expect(all.length).toBeGreaterThan(told.length)
  end()
  end()
  const before = all.length
  const plain = await node.lookup(id)
  expect(['trace' in plain, all.length]).toEqual([false, before])

  const wrong = [() => node.lookup(id, { trace: 1 as never }), () => node.onLookupStep(1 as never)]
  for (const call of wrong) expect(await codeOf(call)).toBe('ERR_DHT_NODE_ARGUMENT')
  const rejected = node.closest(id, { onStep: 'no' as never })
  expect(await codeOf(() => rejected)).toBe('ERR_DHT_NODE_ARGUMENT')
  await world.close()
})

it('TRACE-3: a listener may add and remove listeners while it is called', async () => {
  const world = new MemoryWorld()
  const [node] = await world.nodes(3)
  const called = { adding: 0, added: 0, removed: 0 }
  const removals: (() => void)[] = []
  const adding = (): void => {
    if (called.adding++ > 0) return
    const added = (): void => {
      if (called.added++ < 1_000) node!.onLookupStep(added)
    }
    node!.onLookupStep(added)
    for (const remove of removals) remove()
  }
  node!.onLookupStep(adding)
  removals.push(node!.onLookupStep(() => called.removed++))
  const { trace } = await node!.closest('ab'.repeat(32), { trace: true })
  const { steps } = trace![0]!
  // The number of those that were added doubles with each step after the first.
  expect(called).toEqual({ adding: steps.length, added: 2 ** (steps.length - 1) - 1, removed: 0 })
  await world.close()
})

it('TRACE-3: a cancelled lookup ends its trace', async () => {
  const net = new VirtualNetwork({ core: { k: 4 } })
  for (let n = 0; n < 6; n++) net.add()
  net.introduceAll()
  const [node] = net.nodes as [VirtualNode]
  const target = randomId(32, seededRandom(1))
  const operationId = node.request({ kind: 'closest', target, isTraced: true })
  node.start({ kind: 'cancel', operationId })
  expectLast(node, 'ended')
  expect(node.outcomes.get(operationId)).toEqual({ kind: 'cancelled' })
  const steps = node.steps.length
  net.advance(20_000)
  expect(node.steps).toHaveLength(steps)
})

function expectLast(node: VirtualNode, kind: TraceStep['kind']): void {
  expect(node.steps.at(-1)!.step.kind).toBe(kind)
}
