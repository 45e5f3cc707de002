// A dead node disappears: a node names it no more after as many failed queries as make a contact
// bad, and lookups query it no more after all nodes had to check it. The tests query nodes from
// outside. Which node is dead is known from the world.

import { type Id, idsEqual } from '@dht/id'
import { decodeMessage, sameEndpoint } from '@dht/krpc'
import { CORE_DEFAULTS, type CoreOptions } from '@dht/node/core'
import { type Host, World } from '@dht/sim'
import { describe, expect, it } from 'vitest'
import { ReadOnlyClient } from '../support/read-only-client.ts'

const MINUTE_MS = 60_000
const PATIENT = { timeout: 60_000 }
const NODES = 24
const { quietMs, giveUpMs } = CORE_DEFAULTS
/** Failures in a row that make a contact bad (BEP 5; default of the routing table). */
const BAD = 2

const narrow: CoreOptions = { k: 3, bucketWidths: [] }
const WORLDS: readonly (readonly [number, CoreOptions])[] = [
  [1, {}],
  [2, {}],
  [3, narrow],
  [4, narrow],
]

/** A network that has settled, and the node that is going to crash. */
function scene(seed: number, core: CoreOptions): { world: World; doomed: Host; id: Id } {
  const world = new World({ seed, core, encoded: false })
  world.grow(NODES)
  world.advance(MINUTE_MS)
  const doomed = world.chance.branch('silence').pick(world.hosts)
  return { world, doomed, id: doomed.node.id }
}

/**
 * By method: the queries about `target` to the endpoint of a dead node from now on. Lookups that
 * refresh a bucket are about other ids, and may query whether the node is back (SIM-P2).
 */
function countQueries(world: World, dead: Host, target: Id): Map<string, number> {
  const counts = new Map<string, number>()
  world.watch((event) => {
    if (event.kind !== 'dropped' || !sameEndpoint(event.packet.to, dead.endpoint)) return
    const message = decodeMessage(event.packet.bytes, world.protocol)
    if (message.kind !== 'query' || !('target' in message)) return
    if (!idsEqual(message.target, target)) return
    counts.set(message.method, (counts.get(message.method) ?? 0) + 1)
  })
  return counts
}

describe('a dead node', PATIENT, () => {
  it.each(WORLDS)('SIM-L2: is in no response after two failed queries, seed %i', (seed, core) => {
    const { world, doomed, id } = scene(seed, core)
    doomed.crash()
    const client = new ReadOnlyClient(world)
    const hosts = world.honest
    const naming = (): Host[] => {
      const told = client.ask(hosts, [id])
      const telling = told.filter(({ contacts }) => contacts.some((each) => each.hasId(id)))
      return hosts.filter((host) => telling.some((each) => each.host === host))
    }
    const knowing = naming()
    expect(knowing.length).toBeGreaterThan(2)
    for (let failed = 1; failed <= BAD; failed++) {
      for (const host of knowing) {
        const before = host.node.core.info(host.now).counters.queriesTimedOut
        const request = { kind: 'ping', to: doomed.endpoint } as const
        const outcome = world.settle(host, host.request(request))
        expect(outcome).toEqual({ kind: 'failed', reason: 'timeout' })
        expect(host.node.core.info(host.now).counters.queriesTimedOut).toBe(before + 1)
      }
      // Not one query earlier, and not one later.
      expect(naming()).toEqual(failed < BAD ? knowing : [])
    }
  })

  it.each(WORLDS)('SIM-L2: is soon queried by no lookup, seed %i', (seed, core) => {
    const { world, doomed, id } = scene(seed, core)
    const queries = countQueries(world, doomed, id)
    doomed.crash()
    // Only a few nodes query it at first. The others must find out by themselves.
    for (const host of world.honest.slice(0, 3)) world.closest(host, id)
    expect(queries.get('find_node')).toBeGreaterThan(0)
    world.advance(quietMs + BAD * giveUpMs)
    queries.clear()
    for (let minute = 0; minute < 30; minute++) {
      for (const host of world.honest) {
        host.request({ kind: 'closest', target: id }, { settled: () => {} })
        host.request({ kind: 'lookup', target: id, mode: 'all' }, { settled: () => {} })
      }
      world.advance(MINUTE_MS)
    }
    expect(queries.get('find_node') ?? 0).toBe(0)
    expect(queries.get('get_peers') ?? 0).toBe(0)
  })
})
