// Nodes that a user adds at run time: pinged at a bounded rate, and members once they respond.

import { type Contact, endpoint, formatEndpoint, mainline } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { CORE_DEFAULTS } from '../../src/core/config/defaults.ts'
import { MAX_ADDED } from '../../src/core/overlay/added-nodes.ts'
import { Bench } from '../support/bench.ts'

const { checkBurst, checksPerSecond } = CORE_DEFAULTS
const core = { network: mainline }

/** Distinct nodes, each on a host of its own. */
const places = (count: number) =>
  Array.from({ length: count }, (_, n) => endpoint(`20.1.${n >> 8}.${n & 255}`, 6881))

/** The endpoints that were pinged for the first time, in order. */
function pinged(bench: Bench): string[] {
  const sent = bench.take().map(({ to }) => formatEndpoint(to))
  return [...new Set(sent)]
}

describe('ADD-1: an added node', () => {
  it('becomes a member when it responds, and not before', () => {
    const bench = new Bench({ core })
    const who = bench.newContact()
    bench.start({ kind: 'add-node', endpoint: who.endpoint })
    expect(bench.info.overlays[0]!.contacts.good).toBe(0)
    bench.respond(bench.takeLast(who), who)
    expect(bench.info.overlays[0]!.contacts.good).toBe(1)
  })

  it('that does not respond is no member, and is pinged once and once again', () => {
    const bench = new Bench({ core })
    const who = bench.newContact()
    bench.start({ kind: 'add-node', endpoint: who.endpoint })
    bench.pass(60_000)
    expect(bench.take()).toHaveLength(2)
    expect(bench.info.overlays[0]!.contacts).toEqual({ good: 0, questionable: 0, bad: 0 })
  })

  it('is not pinged when it is a member, ourselves, or of a family without a transport', () => {
    const bench = new Bench({ core })
    const member = bench.addMember()
    bench.pass(5_000, member)
    bench.take()
    for (const to of [member.endpoint, endpoint('10.0.0.1', 3739), endpoint('2001:db8::1', 1)]) {
      bench.start({ kind: 'add-node', endpoint: to })
    }
    expect(bench.take()).toEqual([])
  })
})

describe('ADD-2: many added nodes', () => {
  it('are pinged at a bounded rate, each in its turn', () => {
    const bench = new Bench({ core })
    const all = places(checkBurst + 40)
    for (const to of [...all, ...all]) bench.start({ kind: 'add-node', endpoint: to })
    expect(pinged(bench)).toEqual(all.slice(0, checkBurst).map(formatEndpoint))
    const seen = new Set(all.slice(0, checkBurst).map(formatEndpoint))
    for (let second = 1; second <= 12; second++) {
      bench.pass(1_000)
      for (const to of pinged(bench)) seen.add(to)
      const most = Math.min(all.length, checkBurst + second * checksPerSecond)
      expect(seen.size).toBeLessThanOrEqual(most)
      expect(seen.size).toBeGreaterThanOrEqual(most - 1)
    }
    expect(seen.size).toBe(all.length)
  })

  it('wait, up to a bound, and further ones are dropped', () => {
    const bench = new Bench({ core })
    const all = places(checkBurst + MAX_ADDED + 10)
    for (const to of all) bench.start({ kind: 'add-node', endpoint: to })
    const seen = new Set(pinged(bench))
    bench.passWith(400_000, () => {
      for (const to of pinged(bench)) seen.add(to)
    })
    expect(seen.size).toBe(checkBurst + MAX_ADDED)
  })
})

describe('ADD-3: a node added with its id', () => {
  const add = (bench: Bench, { endpoint, id }: Contact) =>
    bench.start({ kind: 'add-node', endpoint, id })

  it('is a contact at once, and named to others once it has responded', () => {
    const bench = new Bench({ core })
    const [who, asker] = bench.newContacts(2) as [Contact, Contact]
    add(bench, who)
    expect(bench.core.contacts()).toEqual([who])
    expect(bench.info.overlays[0]!.contacts.questionable).toBe(1)
    const named = () => {
      const reply = bench.queryFrom(asker, { method: 'find_node', target: who.id, readOnly: true })
      return Array.from((reply as { nodes?: Uint8Array }).nodes ?? [-1])
    }
    const ping = bench.takeLast(who)
    expect(named()).toEqual([])
    bench.respond(ping, who)
    expect(named()).toEqual([...who.compact])
  })

  it('is pinged by whoever adds it again while it is questionable', () => {
    const bench = new Bench({ core })
    const who = bench.newContact()
    for (let n = 0; n < 3; n++) add(bench, who)
    expect(pinged(bench)).toEqual([formatEndpoint(who.endpoint)])
    expect(bench.core.contacts()).toEqual([who])
  })

  it('leaves when it is removed, and may come back', () => {
    const bench = new Bench({ core })
    const who = bench.newContact()
    add(bench, who)
    bench.start({ kind: 'remove-node', id: who.id })
    expect(bench.core.contacts()).toEqual([])
    bench.respond(bench.takeLast(who), who)
    expect(bench.core.contacts()).toEqual([who])
  })
})
