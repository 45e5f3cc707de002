// The same seed gives the same run on every engine, and things that must not matter change no
// result.

import { closest, contentId, type Id, idToHex } from '@dht/id'
import type { LookupMode } from '@dht/node/core'
import { constantLatency, type Host, uniformLatency, World, type WorldOptions } from '@dht/sim'
import { describe, expect, it } from 'vitest'

const key = contentId(Uint8Array.of(7))
const PORT = 4_711

/** A short run with given faults: growth, an announcement, a crash, lookups. */
function live(options: WorldOptions): World {
  const world = new World(options)
  const hosts = world.grow(8)
  hosts[3]?.request({ kind: 'enter', target: key, port: PORT })
  world.advance(5_000)
  hosts[5]?.crash()
  for (const host of hosts.slice(6)) host.request({ kind: 'lookup', target: key, mode: 'all' })
  world.advance(20_000)
  return world
}

/** What all nodes would find, which nodes store the value, and whether both are right. */
function settle(
  world: World,
  mode: LookupMode = 'quick',
): { exact: boolean; found: number; holders: string[] } {
  const hosts = world.honest
  const nearest = (id: Id, asker: Host): string[] =>
    closest(
      hosts.filter((host) => host !== asker).map((host) => host.node),
      id,
      8,
    ).map((node) => idToHex(node.id))
  const publisher = hosts[3] as Host
  const holders = hosts
    .filter((host) => host.node.core.info(host.now).store.peers > 0)
    .map((host) => idToHex(host.node.id))
  const lookups = hosts.filter((host) => host !== publisher)
  const results = lookups.map((host) => world.lookup(host, key, mode))
  const exact = lookups.every((host, i) => {
    const got = results[i]?.closest.map(({ id }) => idToHex(id))
    return got?.join() === nearest(key, host).join()
  })
  const found = results.filter(({ endpoints }) => endpoints.some(({ port }) => port === PORT))
  return { exact, found: found.length / results.length, holders: holders.toSorted() }
}

/** A network that had time for refreshes, so that all nodes know one another. */
function quiet(options: WorldOptions): World {
  const world = new World(options)
  const hosts = world.grow(12)
  world.advance(20 * 60_000)
  hosts[3]?.request({ kind: 'enter', target: key, port: PORT })
  world.advance(10_000)
  return world
}

describe('determinism', () => {
  it('SIM-S10: the same seed gives the same run, and another seed another run', {
    timeout: 30_000,
  }, () => {
    const network = { loss: 0.05, duplication: 0.05, corruption: 0.02 }
    const hash = live({ seed: 1, network }).traceHash
    expect(hash).toBe(live({ seed: 1, network }).traceHash)
    expect(hash).not.toBe(live({ seed: 2, network }).traceHash)
  })

  it('watching a world does not change it', () => {
    const seen = new Map<string, number>()
    const run = (isWatched: boolean): string => {
      const world = new World({ seed: 4, network: { loss: 0.1 } })
      if (isWatched) world.watch(({ kind }) => seen.set(kind, (seen.get(kind) ?? 0) + 1))
      world.grow(8)
      world.hosts[2]?.crash()
      world.advance(30_000)
      return world.traceHash
    }
    expect(run(true)).toBe(run(false))
    expect([...seen.keys()].toSorted()).toEqual([
      'dropped',
      'host-changed',
      'received',
      'requested',
      'timeout',
    ])
  })
})

describe('the result does not depend on', () => {
  const base: WorldOptions = { seed: 11, network: { latency: constantLatency(20) } }
  const expected = settle(quiet(base))

  it('a quiet world is exact, and all nodes find the value', () => {
    expect(expected).toMatchObject({ exact: true, found: 1 })
    expect(expected.holders).toHaveLength(8)
  })

  it('TIME-50: the order of events within an instant', () => {
    expect(settle(quiet({ ...base, shuffle: true }))).toEqual(expected)
  })

  it('SIM-D1: packets that arrive twice', () => {
    const network = { latency: constantLatency(20), duplication: 1 }
    expect(settle(quiet({ ...base, network }))).toEqual(expected)
  })

  // Mode `quick` does not wait for a node whose response is later than its earlier ones.
  it('SIM-D2: packets that overtake one another', () => {
    const network = { latency: uniformLatency(1, 120) }
    expect(settle(quiet({ ...base, network }), 'all')).toEqual(expected)
    for (const seed of [1, 2, 3, 4]) {
      const settled = settle(quiet({ seed, network }), 'all')
      expect(settled, `seed ${seed}`).toMatchObject({ exact: true, found: 1 })
    }
  })

  it('SIM-D4: corrupted packets are no worse than lost ones', () => {
    const network = { latency: constantLatency(20), corruption: 0.1 }
    const { found } = settle(quiet({ ...base, network }))
    expect(found).toBe(1)
  })
})

describe('time', () => {
  it('TIME-1, TIME-2: passes by exactly what it is told to, and stands still in between', () => {
    const world = live({ seed: 1 })
    for (const ms of [0, 1, 999, 60_000]) {
      const before = world.now
      world.advance(ms)
      expect(world.now).toBe(before + ms)
      world.lookup(world.honest[0] as Host, key)
      const after = world.now
      expect(world.now).toBe(after)
    }
    for (const ms of [-1, 0.5, Number.NaN]) {
      expect(() => world.advance(ms)).toThrow('ms: expected a whole number')
    }
  })

  it('TIME-4, TIME-6: a planned callback is called once, at its instant, in order', () => {
    const world = new World()
    const done: [string, number][] = []
    const note = (what: string) => () => done.push([what, world.now])
    world.at(50, note('late'))
    world.at(10, note('early'))
    world.at(10, note('second'))
    world.at(10, () => world.at(5, note('past counts as now')))
    expect(done).toEqual([])
    world.advance(9)
    expect(done).toEqual([])
    world.advance(100)
    expect(done).toEqual([
      ['early', 10],
      ['second', 10],
      ['past counts as now', 10],
      ['late', 50],
    ])
    expect(() => world.at(0.5, () => {})).toThrow('at: expected a whole number of ms, got 0.5')
  })

  it('TIME-5: advanceUntil ends when its condition is true, and else at its bound', () => {
    const world = new World()
    let rang = false
    world.at(500, () => {
      rang = true
    })
    expect(world.advanceUntil(() => rang, 499)).toBe(false)
    expect(world.now).toBe(499)
    expect(world.advanceUntil(() => rang, 499)).toBe(true)
    expect(world.now).toBe(500)
  })
})
