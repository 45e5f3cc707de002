// Each invariant that keeps state finds a run that violates it, and finds nothing wrong with one
// that does not.

import { compactContacts, contact, type Endpoint, endpoint } from '@dht/krpc'
import { Chance, type Host, World } from '@dht/sim'
import { describe, expect, it } from 'vitest'
import { silent } from '../../../src/adversaries/silent.ts'
import { type CoreInspection, coreStep } from '../../../src/invariants/core-step.ts'
import { Deadlines } from '../../../src/invariants/deadlines.ts'
import {
  Evidence,
  recordStep,
  unfoundedIn,
  unfoundedNames,
  WireRecord,
} from '../../../src/invariants/evidence.ts'
import { exactnessViolations } from '../../../src/invariants/exactness.ts'
import type { Invariant } from '../../../src/invariants/invariant.ts'
import { InvariantChecker } from '../../../src/invariants/invariant-checker.ts'
import { differences, Isolation } from '../../../src/invariants/isolation.ts'
import { openWorkIn, quiesce, rest } from '../../../src/invariants/rest.ts'
import { Soundness } from '../../../src/invariants/soundness.ts'
import { TrafficBounds } from '../../../src/invariants/traffic-bounds.ts'
import { broken, busyCore, TARGET } from '../../support/broken-core.ts'

const PATIENT = { timeout: 60_000 }

/** A small network with one invariant checked. */
function checkedWorld(
  invariant: Invariant,
  nodes = 6,
  k = 8,
): { world: World; checker: InvariantChecker; hosts: Host[] } {
  const world = new World({ seed: 3, core: { k } })
  const checker = new InvariantChecker({ name: invariant.name, invariants: [invariant] })
  world.watch((event) => checker.afterEvent(world, event))
  return { world, checker, hosts: world.grow(nodes) }
}

/** A node publishes, others look it up, one crashes and comes back. */
function live({ world, hosts }: { world: World; hosts: Host[] }): void {
  hosts[1]?.request({ kind: 'enter', target: TARGET, port: 80 })
  world.advance(5_000)
  for (const host of hosts) host.request({ kind: 'lookup', target: TARGET, mode: 'all' })
  world.advance(60_000)
  hosts[2]?.crash()
  world.advance(30_000)
  hosts[2]?.start({ bootstrap: [hosts[0]!.endpoint] })
  world.advance(60_000)
}

describe('SIM-S3, S4, N1, D3: evidence', PATIENT, () => {
  it('is there for all that honest nodes hold', () => {
    const scene = checkedWorld(new Evidence())
    live(scene)
    expect(scene.checker.violations).toEqual([])
    expect(scene.hosts.some(({ core, now }) => (core?.info(now).store.peers ?? 0) > 0)).toBe(true)
  })

  it('is missing for a good member that never responded, and for a peer without a write', () => {
    const found = unfoundedIn(busyCore(), new WireRecord())
    expect(found).toContain('SIM-S4: a good member that never responded')
    expect(found).toContain('SIM-S3: a peer without a permitted write')
  })

  it('PERSIST-7: is there for all contacts that a restarted node names', () => {
    const { world, hosts, checker } = checkedWorld(new Evidence())
    const [, one] = hosts as [Host, Host]
    one.close()
    for (const other of hosts.slice(3)) other.close()
    one.start()
    hosts[2]?.request({ kind: 'find-node', to: one.endpoint, target: TARGET })
    world.advance(60_000)
    expect(checker.violations).toEqual([])
  })

  it('PERSIST-7: is missing for a named contact that has not responded', () => {
    const { world } = checkedWorld(new Evidence())
    const timeout = { kind: 'timeout', at: 0, host: 0, effects: [] } as const
    const step = coreStep(world, timeout, { before: undefined, after: undefined })
    const to = endpoint('11.1.1.1', 1)
    const named = contact(TARGET, to)
    const nodes = compactContacts([named])
    const base = { kind: 'response', transactionId: Uint8Array.of(1), id: TARGET } as const
    const naming = { ...step, sent: [{ bytes: nodes, to, message: { ...base, nodes } }] }
    const record = new WireRecord()
    expect(unfoundedNames(naming, record)).toHaveLength(1)
    record.responses.set(named.key, 0)
    expect(unfoundedNames(naming, record)).toEqual([])
  })

  it('is too old when time has passed', () => {
    const core = busyCore()
    const record = recordFor(core)
    expect(unfoundedIn(core, record)).toEqual([])
    const late = broken((loose) => {
      loose.at += loose.config.quietMs
      loose.store.at += loose.config.peerLifetimeMs + 1
      for (const each of loose.store.peers) each.stampedAt -= 1
    })
    expect(unfoundedIn(late, record)).toContain('SIM-S4: a good member that was not seen in time')
    expect(unfoundedIn(late, record)).toContain('SIM-S3: a peer that has expired')
    const young = broken((loose) => {
      for (const each of loose.store.peers) each.stampedAt += 1
    })
    expect(unfoundedIn(young, record)).toContain('SIM-S3: a peer younger than its last write')
  })

  it('does not count a write with an old token or with a token of another node', () => {
    // With at least k nodes, because with fewer a value is published again within seconds.
    const { world, hosts } = checkedWorld(new Evidence(), 6, 4)
    const record = new WireRecord()
    world.watch((event) => {
      if (!('effects' in event) || event.host !== 0) return
      recordStep(coreStep(world, event, { before: undefined, after: undefined }), record)
    })
    for (const host of hosts.slice(1)) host.request({ kind: 'enter', target: TARGET, port: 80 })
    world.advance(10_000)
    const written = record.written.size
    expect(written).toBeGreaterThan(0)
    for (const [key, at] of record.given) record.given.set(key, at - 600_001)
    record.written.clear()
    const [, writer] = hosts as [Host, Host]
    const [name] = [...record.given.keys()]
    const token = Uint8Array.from((name as string).split(' ').at(-1)!.split(',').map(Number))
    writer.request({ kind: 'store', to: hosts[0]!.endpoint, target: TARGET, port: 80, token })
    world.advance(5_000)
    expect(record.written.size).toBe(0)
  })
})

/**
 * The record of a run in which each member responded and each peer was written when the core says
 * so.
 */
function recordFor(core: CoreInspection): WireRecord {
  const record = new WireRecord()
  for (const { buckets } of core.overlays) {
    for (const { contact, lastSeenAt } of buckets.flatMap(({ members }) => members)) {
      record.receivedAt.set(contact.endpointKey, lastSeenAt)
      record.responses.set(contact.key, lastSeenAt)
    }
  }
  const key = (bytes: Uint8Array): string => String.fromCharCode(...bytes)
  for (const { target, peer, stampedAt } of core.store.peers) {
    record.written.set(`${key(target)} ${String(peer)}`, stampedAt)
  }
  return record
}

describe('SIM-S1: deadlines', PATIENT, () => {
  it('are kept by honest nodes, also through suspensions', () => {
    const scene = checkedWorld(new Deadlines())
    const [, one] = scene.hosts as [Host, Host]
    one.request({ kind: 'lookup', target: TARGET, mode: 'all' })
    one.suspend()
    scene.world.advance(3_600_000)
    one.resume()
    live(scene)
    scene.checker.atEnd(scene.world)
    expect(scene.checker.violations).toEqual([])
  })

  it('are missed by an operation that never ends, and by one that ends too late', () => {
    const { world, hosts } = checkedWorld(new Deadlines())
    const invariant = new Deadlines()
    const [one] = hosts as [Host]
    const step = coreStep(
      world,
      {
        kind: 'requested',
        at: world.now,
        host: 0,
        command: { kind: 'ping', operationId: 7, to: one.endpoint },
        effects: [],
      },
      { before: undefined, after: undefined },
    )
    invariant.afterStep(step)
    world.advance(60_000)
    expect(invariant.atEnd(world)).toHaveLength(1)
    const settle = { kind: 'settle', operationId: 7, outcome: { kind: 'cancelled' } } as const
    const end = { kind: 'timeout', at: world.now, host: 0, effects: [settle] } as const
    const ended = coreStep(world, end, { before: undefined, after: undefined })
    expect(invariant.afterStep(ended)[0]).toMatch(/^SIM-S1: operation ping /)
    expect(invariant.atEnd(world)).toEqual([])
  })
})

describe('SIM-S2, S11, T1: soundness', PATIENT, () => {
  it('holds while announcements start and end', () => {
    const scene = checkedWorld(new Soundness())
    live(scene)
    const { world, hosts } = scene
    hosts[1]?.execute({ kind: 'delete', target: TARGET })
    world.advance(2 * 3_600_000)
    for (const host of hosts) host.request({ kind: 'lookup', target: TARGET, mode: 'all' })
    world.advance(60_000)
    expect(scene.checker.violations).toEqual([])
  })

  it('is violated by what was never published, and by what was published hours ago', () => {
    const scene = checkedWorld(new Soundness())
    const { world, checker } = scene
    const [, publisher] = scene.hosts as [Host, Host]
    pretendFound(scene, publisher)
    expect(checker.counts.get('SIM-S2')).toBe(1)
    publisher.request({ kind: 'enter', target: TARGET, port: 80 })
    pretendFound(scene, publisher)
    publisher.execute({ kind: 'delete', target: TARGET })
    pretendFound(scene, publisher)
    expect(checker.counts.get('SIM-S2')).toBe(1)
    world.advance(2 * 3_600_000)
    pretendFound(scene, publisher)
    expect(checker.counts.get('SIM-S2')).toBe(2)
  })

  it('does not apply to what an adversary may have written before its host became honest', () => {
    const scene = checkedWorld(new Soundness())
    const { world, checker } = scene
    const host = world.addHost()
    host.run(silent.createProcess(host, world, { chance: host.chance.branch('enemy') }))
    host.crash()
    host.start({ bootstrap: [scene.hosts[0]!.endpoint] })
    world.advance(10_000)
    pretendFound(scene, host)
    expect(checker.violations).toEqual([])
  })

  it('does not apply to what a host said that was an adversary before', () => {
    const scene = checkedWorld(new Soundness())
    const { world, checker } = scene
    const [, publisher] = scene.hosts as [Host, Host]
    const liar = world.addHost()
    liar.run(silent.createProcess(liar, world, { chance: liar.chance.branch('enemy') }))
    liar.crash()
    liar.start({ bootstrap: [scene.hosts[0]!.endpoint] })
    world.advance(10_000)
    pretendFound(scene, publisher, [{ endpoint: liar.endpoint }])
    expect(checker.violations).toEqual([])
    pretendFound(scene, publisher, [{ endpoint: publisher.endpoint }])
    expect(checker.counts.get('SIM-S2')).toBe(1)
  })
})

let pretended = 900

/** As if a lookup of host 0 had ended and `holders` had returned `publisher`. */
function pretendFound(
  { world, checker, hosts }: { world: World; checker: InvariantChecker; hosts: Host[] },
  publisher: Host,
  holders: readonly { readonly endpoint: Endpoint }[] = [],
): void {
  const operationId = ++pretended
  const endpoints = [{ ...publisher.endpoint, port: 80 }]
  const tally = { queried: 0, responded: 0, failed: 0, hops: 0 }
  const result = { endpoints, holders, closest: [], tally, durationMs: 1 } as never
  const outcome = { kind: 'found', result, mayFindMore: false } as const
  const event = { at: world.now, host: (hosts[0] as Host).number } as const
  const command = { kind: 'lookup', operationId, target: TARGET, mode: 'all' } as const
  checker.afterEvent(world, { kind: 'requested', ...event, command, effects: [] })
  const effects = [{ kind: 'settle', operationId, outcome } as const]
  checker.afterEvent(world, { kind: 'timeout', ...event, effects })
}

describe('SIM-S9, A2, AMP-3: bounds of traffic', PATIENT, () => {
  it('hold in a run, and after a suspension of all nodes at once', () => {
    const scene = checkedWorld(new TrafficBounds())
    live(scene)
    for (const host of scene.hosts) host.suspend()
    scene.world.advance(12 * 3_600_000)
    for (const host of scene.hosts) host.resume()
    scene.world.advance(120_000)
    expect(scene.checker.violations).toEqual([])
  })

  it('are violated by too many queries, and by too many checks', () => {
    const { world } = checkedWorld(new TrafficBounds())
    const invariant = new TrafficBounds()
    const ping = (i: number) => ({
      kind: 'query' as const,
      method: 'ping' as const,
      transactionId: Uint8Array.of(i & 255, i >> 8),
      id: TARGET,
      readOnly: false,
    })
    const timeout = { kind: 'timeout', at: 0, host: 0, effects: [] } as const
    const step = coreStep(world, timeout, { before: undefined, after: undefined })
    const sent = Array.from({ length: 40_000 }, (_, i) => ({
      bytes: new Uint8Array(0),
      to: endpoint('11.1.1.1', 1 + (i % 60_000)),
      message: ping(i),
    }))
    const few = invariant.afterStep({ ...step, sent: sent.slice(0, 33) })
    expect(few).toEqual([])
    // Sent again, each with its second transaction id: these are the same checks.
    const again = sent.slice(0, 33).map((each, i) => ({ ...each, message: ping(i ^ 0x80) }))
    expect(invariant.afterStep({ ...step, sent: again })).toEqual([])
    const found = invariant.afterStep({ ...step, sent })
    expect(found.some((each) => each.startsWith('AMP-3: '))).toBe(true)
    expect(found.some((each) => each.startsWith('SIM-S9: '))).toBe(true)
  })
})

describe('SIM-S8: rest', PATIENT, () => {
  it('comes to a network without operations', () => {
    const scene = checkedWorld(rest())
    live(scene)
    expect(quiesce(scene.world, 600_000)).toBe(true)
    scene.checker.atEnd(scene.world)
    expect(scene.checker.violations).toEqual([])
  })

  it('is violated if something is open', () => {
    expect(openWorkIn(busyCore()).length).toBeGreaterThan(1)
    const asleep = broken((core) => {
      core.nextTimeout = undefined
    })
    expect(openWorkIn(asleep)).toContain('SIM-S8: no next timeout')
    const round = broken((core) => {
      core.announcements[0]!.publishing = true
    })
    expect(openWorkIn(round)).toContain('SIM-S8: a round is under way')
  })
})

describe('SIM-S5, S10: isolation', PATIENT, () => {
  it('holds: a reply changes its own query only, and equal calls lead to equal states', () => {
    const scene = checkedWorld(new Isolation({ chance: Chance.of(5), share: 0.15 }), 4)
    const { world, hosts, checker } = scene
    hosts[1]?.request({ kind: 'enter', target: TARGET, port: 80 })
    world.advance(5_000)
    for (const host of hosts) host.request({ kind: 'lookup', target: TARGET, mode: 'all' })
    world.advance(20_000)
    expect(checker.violations).toEqual([])
  })

  it('is violated by any other difference', () => {
    const core = busyCore()
    const reply = { from: endpoint('11.1.1.1', 1), id: '' }
    const differ = (other: CoreInspection): string[] => {
      return differences({ before: core, one: core, other, reply })
    }
    expect(differ(core)).toEqual([])
    const changes: readonly [string, Parameters<typeof broken>[0]][] = [
      ['our ids', (loose) => void Object.assign(loose.overlays[0]!, { id: TARGET })],
      ['what we publish', (loose) => void loose.announcements.pop()],
      ['the store', (loose) => void loose.store.peers.pop()],
      ['other members', (loose) => void loose.overlays[0]!.buckets[0]!.members.pop()],
    ]
    for (const [name, change] of changes) {
      expect(differ(broken(change))).toContain(`SIM-S5: a reply changes ${name}`)
    }
    const ended = broken((loose) => void loose.overlays[0]!.openQueries.pop())
    expect(differ(ended)).toContain('SIM-S5: a reply ends another query')
  })
})

describe('SIM-K1, K2: exactness', PATIENT, () => {
  it('holds in an honest network, and is violated if a node hides what it knows', () => {
    const { world } = checkedWorld(new Deadlines(), 9)
    expect(exactnessViolations(world, 8, Chance.of(2))).toEqual([])
    const liar = world.honest[3] as Host
    world.network.intercept(({ sender, bytes }) => {
      const isReply = String.fromCharCode(...bytes).includes('5:nodes')
      return sender === liar.number || !isReply ? undefined : []
    })
    const found = exactnessViolations(world, 8, Chance.of(3))
    expect(found.map(({ property }) => property)).toContain('SIM-K1')
  })
})

describe('a checker', PATIENT, () => {
  it('inspects a share of all steps if told to', () => {
    const world = new World({ seed: 3 })
    let [looks, steps] = [0, 0]
    const invariant: Invariant = {
      name: 'count',
      afterStep: ({ after }) => {
        steps++
        if (after !== undefined) looks++
        return [`RT-1: ${steps}`]
      },
    }
    const checker = new InvariantChecker({ name: 'few', invariants: [invariant], every: 10 })
    world.watch((event) => checker.afterEvent(world, event))
    world.grow(4)
    expect(steps).toBeGreaterThan(50)
    expect(looks).toBe(Math.ceil(steps / 10))
    expect(checker.counts.get('RT-1')).toBe(steps)
    expect(checker.violations).toHaveLength(5)
    expect(checker.violations[0]).toMatchObject({ property: 'RT-1', seen: '1' })
  })
})
