import { closest, commonPrefixLength, type Id, idKey } from '@dht/id'
import { describe, expect, it } from 'vitest'
import { CORE_DEFAULTS } from '../../../../src/core/config/defaults.ts'
import { Bench, idStarting, packed } from '../../../support/bench.ts'

const MINUTE = 60_000

/** Targets of the refreshes traced so far. */
function refreshes(bench: Bench): { readonly target: Id; readonly level: number }[] {
  return bench.events
    .filter((event) => event.kind === 'refreshing')
    .map(({ target }) => ({ target, level: commonPrefixLength(target, bench.core.id) }))
}

/** A node with a split table: eight in the far half of the space, and a few near it. */
function settled(): { readonly bench: Bench; readonly friends: ReturnType<Bench['newContact']>[] } {
  const bench = new Bench({ id: idStarting(0), core: { bucketWidths: [] } })
  const far = Array.from({ length: 8 }, (_, i) => bench.newContact({ id: idStarting(0x80, i) }))
  const near = Array.from({ length: 3 }, (_, i) => bench.newContact({ id: idStarting(0x01, i) }))
  const friends = [...far, ...near].map((who) => bench.addMember(who))
  bench.pass(MINUTE, ...friends)
  bench.events.length = 0
  return { bench, friends }
}

describe('a stale bucket', () => {
  it('REFRESH-1, REFRESH-2: is looked up at a random id in it, every quarter of an hour', () => {
    const { bench } = settled()
    bench.pass(180 * MINUTE)
    const seen = refreshes(bench)
    // Nobody responds. As soon as all count as bad, the two buckets are refreshed as one.
    expect(seen.length).toBeGreaterThanOrEqual(12)
    expect(seen.length).toBeLessThanOrEqual(14)
    for (const isFar of [true, false]) {
      expect(seen.some(({ level }) => (level === 0) === isFar)).toBe(true)
    }
    // Random, and never our own id: a lookup of that would refresh only the nearest buckets.
    expect(seen.every(({ level }) => level < 256)).toBe(true)
    expect(new Set(seen.map(({ target }) => target.join())).size).toBe(seen.length)
  })

  it('REFRESH-4: is not refreshed as long as its members respond', () => {
    const { bench, friends } = settled()
    for (let minute = 0; minute < 60; minute += 10) {
      for (const each of [0x80, 0x01]) bench.request({ kind: 'closest', target: idStarting(each) })
      bench.pass(10 * MINUTE, ...friends)
    }
    expect(refreshes(bench)).toEqual([])
  })

  it('REFRESH-3: is refreshed although it is empty', () => {
    const bench = new Bench({ id: idStarting(0), core: { bucketWidths: [] } })
    // Nine on our own side: the table splits, and its far half is empty.
    const friends = Array.from({ length: 9 }, (_, i) => bench.newContact({ id: idStarting(1 + i) }))
    for (const who of friends) bench.addMember(who)
    expect(bench.info.overlays[0]!.buckets[0]).toBe(0)
    bench.pass(20 * MINUTE, ...friends)
    expect(refreshes(bench).some(({ level }) => level === 0)).toBe(true)
  })

  it('REFRESH-5: a refresh may fail: the next one comes as usual, and no member is removed', () => {
    const { bench } = settled()
    const before = bench.core.state().contacts.length
    bench.pass(3 * 60 * MINUTE)
    expect(bench.core.state().contacts).toHaveLength(before)
    expect(refreshes(bench).length).toBeGreaterThan(3)
  })
})

it('REFRESH-9: the buckets that are deeper than the network are refreshed as one', () => {
  const bench = new Bench({ id: idStarting(0) })
  const honest = bench.newContacts(32)
  // Eight ids that share 10 bits with ours, eight that share 11, and so on.
  const near = Array.from({ length: 80 }, (_, n) => {
    const first = 1 << (13 - Math.floor(n / 8))
    return bench.newContact({ id: idStarting(0, first >> 8, first & 255, n) })
  })
  for (const each of [...honest, ...near]) bench.addMember(each)
  for (const { id: target } of honest.slice(0, 8)) bench.request({ kind: 'closest', target })
  bench.pass(30 * MINUTE, ...honest, ...near)
  bench.events.length = 0
  bench.pass(120 * MINUTE, ...honest, ...near)
  const levels = refreshes(bench).map(({ level }) => level)
  expect(levels.length).toBeGreaterThan(8)
  // A random id of all that are deeper rarely shares so many bits with ours.
  expect(levels.filter((level) => level >= 10).length).toBeLessThanOrEqual(2)
  expect(levels.length).toBeLessThanOrEqual(8 * 7)
})

describe('bad contacts', () => {
  /** Half of all are gone. Returns which were queried for which target, and when. */
  function halved() {
    const { bench, friends } = settled()
    const gone = friends.filter(({ id }) => id[0] === 0x80)
    const alive = friends.filter((each) => !gone.includes(each))
    bench.pass(6 * 60 * MINUTE, ...alive)
    expect(bench.info.overlays[0]!.contacts).toEqual({ good: 3, questionable: 0, bad: 8 })
    bench.events.length = 0
    return { bench, gone, alive }
  }

  it('SIM-P2: one is queried at each refresh: the nearest to the target', () => {
    const { bench, gone, alive } = halved()
    const asked = new Map<string, Set<string>>()
    bench.passWith(60 * MINUTE, () => {
      for (const datagram of bench.take()) {
        const who = [...gone, ...alive].find((each) => each.isAt(datagram.to))!
        if (alive.includes(who)) bench.respond(datagram, who)
        else if (refreshes(bench).length > 0) {
          const { target } = refreshes(bench).at(-1)!
          const whom = asked.get(idKey(target)) ?? new Set()
          asked.set(idKey(target), whom.add(idKey(who.id)))
        }
      }
    })
    const targets = refreshes(bench).map(({ target }) => target)
    expect(targets.length).toBeGreaterThan(2)
    // Its query is sent twice, since the first may have been lost; and to no other.
    for (const target of targets) {
      expect(asked.get(idKey(target))).toEqual(new Set([idKey(closest(gone, target, 1)[0]!.id)]))
    }
  })

  it('SIM-P2: are all good again soon after they are back, though no other node names them', () => {
    const { bench, gone, alive } = halved()
    bench.passWith(40 * MINUTE, () => {
      for (const datagram of bench.take()) {
        const who = [...gone, ...alive].find((each) => each.isAt(datagram.to))!
        bench.respond(datagram, who, gone.includes(who) ? { nodes: packed(...gone) } : {})
      }
    })
    expect(bench.info.overlays[0]!.contacts).toEqual({ good: 11, questionable: 0, bad: 0 })
  })
})

it('refreshes one bucket at a time, with a pause between two', () => {
  const { bench } = settled()
  const starts: number[] = []
  bench.passWith(60 * MINUTE, () => {
    for (const { kind } of bench.events) if (kind === 'refreshing') starts.push(bench.now)
    bench.events.length = 0
  })
  const gaps = starts.slice(1).map((at, i) => at - starts[i]!)
  expect(starts.length).toBeGreaterThan(2)
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(CORE_DEFAULTS.refreshSpacingMs)
})

it('does nothing while the table is empty', () => {
  const bench = new Bench()
  bench.pass(60 * MINUTE)
  expect(refreshes(bench)).toEqual([])
  expect(bench.datagrams).toEqual([])
})

it('adds the nodes that it finds to the table', () => {
  const { bench, friends } = settled()
  const newcomer = bench.newContact({ id: idStarting(0x02) })
  let told = false
  bench.passWith(20 * MINUTE, () => {
    for (const datagram of bench.take()) {
      const who = [...friends, newcomer].find((each) => each.isAt(datagram.to))
      const knows = who !== undefined && who !== newcomer
      if (datagram.message.kind === 'query' && datagram.message.method === 'find_node') told = true
      bench.respond(datagram, who ?? newcomer, knows ? { nodes: packed(newcomer) } : {})
    }
  })
  expect(told).toBe(true)
  expect(bench.core.state().contacts).toContainEqual(newcomer)
})
