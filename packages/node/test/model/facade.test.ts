// Compares whole nodes with a model of what their user may see. fast-check's scheduler chooses the
// order of commands and datagrams.

import { dht256, mainline, type Network } from '@dht/krpc'
import { Census, MODEL_TIMEOUT_MS, modelRuns, scripts } from '@dht/testing/census'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { longestRoundMs, resolveCoreOptions } from '../../src/core/config/resolve.ts'
import { MemoryWorld } from '../support/memory-node.ts'
import { anyCommand, compare, FLOORS, idFor, type Model } from './facade.script.ts'

/** No call may take longer, ms. */
const BOUND_MS = longestRoundMs(resolveCoreOptions())

let unhandled: unknown[]
const note = (reason: unknown): void => void unhandled.push(reason)

beforeEach(() => {
  unhandled = []
  process.on('unhandledRejection', note)
})

afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 5))
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

/** Runs the scheduler; time passes when nothing else is left to do. */
async function finish(s: fc.Scheduler, world: MemoryWorld, model: Model): Promise<void> {
  const until = world.clock.now() + BOUND_MS
  for (;;) {
    await s.waitIdle()
    await new Promise((resolve) => setImmediate(resolve))
    if (s.count() > 0) continue
    if (model.calls.every(({ end }) => end !== undefined)) return
    const { next } = world.clock
    if (next === undefined || next > until) return
    world.clock.advance(Math.max(0, next - world.clock.now()))
  }
}

async function run(
  s: fc.Scheduler,
  commands: Iterable<unknown>,
  { model, network }: { readonly model: Model; readonly network: Network },
): Promise<void> {
  const world = new MemoryWorld()
  const nodes = await world.nodes(3, { network })
  const node = nodes[2]!
  await Promise.all([nodes[0]!.enter(idFor(node), 1), nodes[1]!.enter(idFor(node), 2)])
  await world.settle()
  if (node.id.length === 2 * 20) model.census.count('a node of 20-byte ids')
  world.network.later = (happen) => void s.schedule(Promise.resolve(), 'datagram').then(happen)
  const real = { world, node }
  await fc.scheduledModelRun(s, () => ({ model, real }), commands as never)
  await finish(s, world, model)
  compare(model, real)
  // NET-51, API-2: each call has ended once, within the longest time that any may take.
  expect(model.calls.filter(({ end }) => end === undefined).map(({ name }) => name)).toEqual([])
  for (const { mayEnd, end } of model.calls) if (end === undefined) mayEnd.add('')
  const sent = (): number =>
    world.network.sent.filter(({ from }) => from.address === '192.0.2.3').length
  await node.close()
  await node.close()
  const before = sent()
  await s.waitIdle()
  expect(sent()).toBe(before)
  await expect(node.ping('192.0.2.1:1')).rejects.toMatchObject({ code: 'ERR_DHT_NODE_CLOSED' })
  await world.close()
  expect([world.clock.alarms, world.network.open]).toEqual([0, 0])
}

describe('NET-51, PAR-1: for every order of datagrams and calls', () => {
  it('API-2, API-3, API-4, API-5, API-8, API-10: every call has one end, of its own kind', {
    timeout: MODEL_TIMEOUT_MS,
  }, async () => {
    const census = new Census('facade', FLOORS)
    const script = fc.commands([anyCommand], scripts(32))
    const networks = fc.constantFrom(dht256, mainline)
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), networks, script, async (s, network, commands) => {
        const model: Model = { census, calls: [], entries: [], isClosed: false }
        await run(s, commands, { model, network })
      }),
      modelRuns(0.18),
    )
    expect(census.close()).toEqual([])
  })
})
