// The oracle of a small world: which nodes run, publish and store, and what lookups find.

import { closest, idToHex, randomId } from '@dht/id'
import { describe, expect, it } from 'vitest'
import { constantLatency } from '../../../src/network/latency/latency.ts'
import { Announcements, missing } from '../../../src/oracle/announcements.ts'
import { LiveNodes } from '../../../src/oracle/live-nodes.ts'
import { LookupLog } from '../../../src/oracle/lookup-log.ts'
import { survey } from '../../../src/oracle/survey.ts'
import { World } from '../../../src/world.ts'

function grown(count: number): World {
  const world = new World({ seed: 'oracle', network: { latency: constantLatency(20) } })
  world.grow(count)
  world.advance(60_000)
  return world
}

describe('live nodes', () => {
  it('are those that run, after every change', () => {
    const world = new World({ seed: 'life' })
    const early = world.grow(4)
    const live = new LiveNodes(world)
    const late = world.grow(4)
    const target = randomId(32, world.chance.branch('target').source)
    const naive = (): unknown[] =>
      closest(
        world.honest.map((host) => ({ id: host.node.id, number: host.number })),
        target,
        3,
      ).map(({ number }) => number)
    const told = (): unknown[] => live.nearest(target, 3).map(({ number }) => number)

    expect(live.size).toBe(8)
    expect(told()).toEqual(naive())
    early[1]!.crash()
    late[2]!.close()
    early[3]!.suspend()
    expect(live.size).toBe(5)
    expect(told()).toEqual(naive())
    early[3]!.resume()
    early[1]!.start({ remembers: false })
    expect(live.size).toBe(7)
    expect(told()).toEqual(naive())
  })

  it('leave out the host that asks', () => {
    const world = grown(5)
    const live = new LiveNodes(world)
    const [first] = world.hosts
    const others = live.nearest(first!.node.id, 3, first)
    expect(live.nearest(first!.node.id, 4)).toEqual([first, ...others])
  })
})

describe('announcements', () => {
  it('are expected once a node accepted them, until they or their publisher end', () => {
    const world = grown(12)
    const announcements = new Announcements(world)
    const key = randomId(32, world.chance.branch('key').source)
    const [one, other] = world.hosts
    const announcement = announcements.announce(one!, key, 1_111)
    announcements.announce(other!, key, 2_222)
    expect(announcements.expected(key)).toEqual([])
    world.advance(5_000)
    expect(announcements.keys).toEqual([key])
    expect(announcements.expected(key).map(({ endpoint }) => endpoint.port)).toEqual([1_111, 2_222])
    expect(missing(announcements.expected(key), [announcement.endpoint])).toHaveLength(1)
    announcements.delete(announcement)
    expect(announcements.expected(key).map(({ publisher }) => publisher)).toEqual([other])
    expect(announcements.storedKeys).toEqual([key])
    other!.crash()
    expect(announcements.expected(key)).toEqual([])
    expect(announcements.storedKeys).toEqual([])
    expect(announcements.keys).toEqual([key])
  })
})

describe('a survey', () => {
  it('sees the copies of a value at the k nearest nodes without its publisher', () => {
    const world = grown(30)
    const live = new LiveNodes(world)
    const announcements = new Announcements(world)
    const [publisher] = world.hosts
    const key = randomId(32, world.chance.branch('key').source)
    announcements.announce(publisher!, key)
    world.advance(10_000)
    const [holders] = survey(world, live, [key]).holders
    const numbers = (hosts: readonly { number: number }[]): number[] =>
      hosts.map(({ number }) => number).sort((a, b) => a - b)
    expect(numbers(holders!)).toEqual(numbers(live.nearest(key, 8, publisher)))
  })

  it('tells complete tables from those with dead members', () => {
    const world = grown(30)
    const live = new LiveNodes(world)
    const { tables } = survey(world, live)
    expect(tables).toMatchObject({ deadShare: 0, completeShare: 1, nearestShare: 1 })
    const gone = new Set(world.hosts.slice(0, 10).map((host) => idToHex(host.node.id)))
    for (const host of world.hosts.slice(0, 10)) host.crash()
    // No node has noticed yet, so the tables still contain the dead members.
    const known = world.honest.flatMap((host) => host.node.state().contacts)
    const dead = known.filter(({ id }) => gone.has(idToHex(id))).length
    const after = survey(world, live).tables
    expect(after.members).toBeCloseTo(known.length / 20, 10)
    expect(after.deadShare).toBeCloseTo(dead / known.length, 10)
    // A node with dead members in a range with unknown live nodes knows fewer than there are.
    world.addHost().start({ bootstrap: [world.hosts[15]!.endpoint], joins: false })
    expect(survey(world, live).tables.completeShare).toBeLessThan(1)
    // The new node knows no other yet, and its neighbours don't know it.
    const newcomer = world.hosts[30]!
    const isNearTo = (host: (typeof world.hosts)[number]): boolean =>
      live.nearest(host.node.id, 8, host).includes(newcomer)
    const unaware = world.honest.filter((host) => host === newcomer || isNearTo(host)).length
    expect(survey(world, live).tables.nearestShare).toBeCloseTo(1 - unaware / 21, 10)
  })
})

describe('a log of lookups', () => {
  it('tells success from failure, and an exact result from another', () => {
    const world = grown(30)
    const live = new LiveNodes(world)
    const announcements = new Announcements(world)
    const log = new LookupLog(world, { live, announcements })
    const key = randomId(32, world.chance.branch('key').source)
    const announcement = announcements.announce(world.hosts[0]!, key)
    world.advance(10_000)
    log.lookup(world.hosts[9]!, key)
    const unknown = { ...announcement, endpoint: { ...announcement.endpoint, port: 9 } }
    log.lookup(world.hosts[9]!, key, { expected: [unknown], label: 'unknown' })
    log.closest(world.hosts[9]!, key)
    expect(log.open).toBe(3)
    world.advance(5_000)
    expect(log.open).toBe(0)
    const failing = log.measures.filter(({ succeeded }) => !succeeded)
    expect(failing.map(({ label }) => label)).toEqual(['unknown'])
    expect(log.measures.map(({ endpoints }) => endpoints).sort()).toEqual([0, 1, 1])
    expect(log.measures.map(({ exact }) => exact)).toEqual([true, true, true])
    for (const { hops, queries, durationMs } of log.take()) {
      expect(hops).toBeGreaterThanOrEqual(1)
      expect(queries).toBeGreaterThanOrEqual(8)
      expect(durationMs).toBeGreaterThan(0)
    }
    expect(log.measures).toEqual([])
  })

  it('calls a result inexact if a nearer node runs', () => {
    const world = grown(30)
    const live = new LiveNodes(world)
    const log = new LookupLog(world, { live, announcements: new Announcements(world) })
    const key = randomId(32, world.chance.branch('key').source)
    // A node that no other knows, exactly at the id that is looked up.
    world.addHost({ id: key }).start()
    log.closest(world.hosts[3]!, key)
    world.advance(5_000)
    expect(log.measures.map(({ exact }) => exact)).toEqual([false])
  })

  it('does not wait for a node that has crashed', () => {
    const world = grown(10)
    const live = new LiveNodes(world)
    const log = new LookupLog(world, { live, announcements: new Announcements(world) })
    log.closest(world.hosts[3]!, world.hosts[4]!.node.id)
    world.hosts[3]!.crash()
    expect(log.open).toBe(0)
    world.hosts[3]!.start()
    expect(log.open).toBe(0)
  })
})
