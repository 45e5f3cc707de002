// Nodes of ours and of another make in one network, Mainline's, where bittorrent-dht 11 is at home:
// each finds what the other has put there, and all that holds among ours alone holds still. What is
// to be found is known from what was entered; what foreign nodes found is told by their own client.

import type { Id } from '@dht/id'
import { decodeMessage, formatEndpoint, sameEndpoint } from '@dht/krpc'
import { CORE_DEFAULTS } from '@dht/node/core'
import { allInvariants, Chance, type Host, InvariantChecker, type World } from '@dht/sim'
import { describe, expect, it } from 'vitest'
import { ForeignNodeInvariant } from '../support/foreign-node-invariant.ts'
import { type Finding, MixedLife } from '../support/mixed-life.ts'
import { MixedWorld, nextTo } from '../support/mixed-world.ts'
import { ReadOnlyClient } from '../support/read-only-client.ts'

const MINUTE_MS = 60_000
const PATIENT = { timeout: 60_000 }
const NODES = 30
const { k, quietMs, giveUpMs } = CORE_DEFAULTS
/** Failures in a row that make a contact bad (BEP 5; default of the routing table). */
const BAD = 2

interface Kind {
  readonly seed: number
  readonly loss: number
}

const KINDS: readonly (readonly [string, Kind])[] = [
  ['nothing lost', { seed: 1, loss: 0 }],
  ['5 percent lost', { seed: 3, loss: 0.05 }],
]

const lived = new Map<Kind, MixedLife>()

function lifeOf(kind: Kind): MixedLife {
  const life = lived.get(kind) ?? new MixedLife(kind)
  lived.set(kind, life)
  return life
}

function expectFound({ found, expected }: Finding): void {
  expect(expected.length).toBeGreaterThan(0)
  expect(found).toEqual(found.map(() => expected))
}

describe('a network with foreign nodes', PATIENT, () => {
  it.each(KINDS)('SIM-I1: they find all that ours entered, %s', (_name, kind) => {
    const { byThem } = lifeOf(kind)
    expect(byThem).toHaveLength(2)
    for (const each of byThem) expectFound(each)
  })

  it.each(KINDS)('SIM-I1: each of ours finds what one announced, %s', (_name, kind) => {
    const { byOurs } = lifeOf(kind)
    expect(byOurs.map(({ found }) => found.length)).toEqual([NODES, NODES, NODES])
    for (const each of byOurs) expectFound(each)
  })

  it.each(KINDS)('SIM-I1: all find as much when one is silent or gone, %s', (_name, kind) => {
    const { withoutOne } = lifeOf(kind)
    expect(withoutOne).toHaveLength(2)
    for (const each of withoutOne) expectFound(each)
  })

  it.each(KINDS)('SIM-I1: no checker objects to any step of ours, %s', (_name, kind) => {
    const { checker } = lifeOf(kind)
    expect(checker.violations).toEqual([])
    expect(checker.steps).toBeGreaterThan(5_000)
  })

  it.each(KINDS)('SIM-I1: ours answer all that they ask, %s', (_name, kind) => {
    const { foreignInvariants, writes, written, entered, warnings } = lifeOf(kind)
    const [one, other] = foreignInvariants.map(({ answered }) => answered) as [Answered, Answered]
    for (const each of [one, other]) {
      expect(each.find_node).toBeGreaterThanOrEqual(k)
      expect(each.get_peers).toBeGreaterThanOrEqual(k)
    }
    // What ours accepted they say, and what they say is heard.
    const accepted = one.announce_peer + writes.foreign
    expect(accepted).toBeGreaterThan(3 * k)
    expect(writes.told).toBeLessThanOrEqual(accepted)
    // The other way: what ours are told to write is taken.
    expect(written.length).toBeGreaterThan(0)
    expect(entered).toEqual(expect.arrayContaining([...written]))
    if (kind.loss === 0) expect([writes.told, written]).toEqual([accepted, entered])
    expect(warnings).toEqual([])
  })
})

type Answered = ForeignNodeInvariant['answered']

describe('a foreign node', PATIENT, () => {
  it('SIM-I1: is part of what a seed decides', () => {
    const traceOf = (seed: number): string => {
      const mixed = new MixedWorld(seed, { loss: 0.05 })
      mixed.world.grow(NODES / 2)
      const { host, node } = mixed.addForeignNode()
      const key = mixed.anyId()
      mixed.enter([key], 2)
      mixed.finish(node.announce(key))
      host.suspend()
      mixed.world.advance(MINUTE_MS)
      host.resume()
      mixed.world.advance(quietMs + 5 * MINUTE_MS)
      return mixed.world.traceHash
    }
    expect(traceOf(8)).toBe(traceOf(8))
    expect(traceOf(8)).not.toBe(traceOf(9))
  })

  it('SIM-I1: comes to know its k nearest through one of ours', () => {
    const mixed = new MixedWorld(3)
    mixed.world.grow(2 * NODES)
    const { node } = mixed.addForeignNode()
    const nearest = mixed.oracle.live.nearest(node.id, k).map((host) => String(host.node.id))
    expect(node.isReady).toBe(true)
    expect(node.known.map(String)).toEqual(expect.arrayContaining(nearest))
    // Of one another two of them hear from ours alone.
    const neighbour = mixed.addForeignNode(nextTo(node.id))
    expect(neighbour.node.known.map(String)).toContain(String(node.id))
  })

  it('SIM-I1: finds everybody of a crowd, and is one of them', () => {
    const mixed = new MixedWorld(4)
    mixed.world.grow(NODES)
    const { host, node } = mixed.addForeignNode()
    const key = mixed.idFarFrom(node.id)
    const { expected } = mixed.enter([key], NODES)
    expect(expected).toHaveLength(NODES)
    // It looks before it writes.
    mixed.finish(node.announce(key))
    expect(node.found(key)).toEqual(expected)
    mixed.finish(node.lookup(key))
    expect(node.found(key)).toEqual([...expected, formatEndpoint(host.endpoint)].sort())
  })

  it('SIM-I1: is found to hold what ours entered when it alone holds it', () => {
    const mixed = new MixedWorld(5)
    mixed.world.grow(NODES)
    const key = mixed.anyId()
    const { host, node } = mixed.addForeignNode(nextTo(key))
    const { publishers, expected } = mixed.enter([key], 1)
    expect(node.writtenAt(key)).toEqual(expected)
    const [holders = []] = mixed.oracle.survey([key]).holders
    // It is one of the k nearest.
    expect(holders).toHaveLength(k - 1)
    for (const each of [...holders, ...publishers]) each.crash()
    const readers = mixed.world.honest.filter((each) => !publishers.includes(each))
    expect(mixed.finds(readers, key)).toEqual(readers.map(() => expected))
    host.crash()
    expect(mixed.finds(readers, key)).toEqual(readers.map(() => []))
  })
})

type Make = 'foreign' | 'ours'

/** A newcomer of either make in a network in which everybody has looked for it. */
class Scene {
  readonly world: World
  readonly newcomer: Host
  readonly hosts: readonly Host[]
  readonly checker: InvariantChecker
  readonly foreignInvariants: ForeignNodeInvariant
  readonly #id: Id
  readonly #client: ReadOnlyClient

  constructor(seed: number, make: Make) {
    const mixed = new MixedWorld(seed)
    this.world = mixed.world
    this.#id = mixed.anyId()
    this.newcomer = this.world.addHost({ id: this.#id })
    this.foreignInvariants = new ForeignNodeInvariant(this.newcomer)
    const invariants = [...allInvariants(Chance.of('judges')), this.foreignInvariants]
    this.checker = new InvariantChecker({ name: 'some steps', invariants, every: 20 })
    this.world.watch((event) => this.checker.afterEvent(this.world, event))
    this.world.grow(NODES)
    this.hosts = this.world.honest
    if (make === 'foreign') mixed.addForeignNode(this.#id, this.newcomer)
    else this.newcomer.start({ bootstrap: this.world.someEndpoints(1, mixed.chance) })
    this.world.advance(MINUTE_MS)
    this.walk(this.hosts)
    this.#client = new ReadOnlyClient(this.world)
  }

  /** Has everybody look for it, in both ways. */
  walk(hosts: readonly Host[]): void {
    const target = this.#id
    for (const host of hosts) {
      host.request({ kind: 'closest', target }, { settled: () => {} })
      host.request({ kind: 'lookup', target, mode: 'all' }, { settled: () => {} })
    }
    this.world.advance(MINUTE_MS)
  }

  /** Those who name it to whoever asks for it, by each method that names nodes. */
  naming(): Host[] {
    const told = this.#client.ask(this.hosts, [this.#id])
    const telling = told.filter(({ contacts }) => contacts.some((each) => each.hasId(this.#id)))
    return this.hosts.filter((host) => telling.filter((each) => each.host === host).length === 2)
  }

  /** Everybody finds it silent once. */
  ping(): void {
    for (const host of this.hosts) {
      const outcome = this.world.settle(
        host,
        host.request({ kind: 'ping', to: this.newcomer.endpoint }),
      )
      expect(outcome).toEqual({ kind: 'failed', reason: 'timeout' })
    }
  }

  /** By method: the questions that reach its endpoint from now on, though nobody is there. */
  countQueries(): Map<string, number> {
    const counts = new Map<string, number>()
    this.world.watch((event) => {
      if (event.kind !== 'dropped') return
      if (!sameEndpoint(event.packet.to, this.newcomer.endpoint)) return
      const message = decodeMessage(event.packet.bytes, this.world.protocol)
      if (message.kind !== 'query') return
      counts.set(message.method, (counts.get(message.method) ?? 0) + 1)
    })
    return counts
  }
}

describe('a newcomer that everybody has looked for', PATIENT, () => {
  // Said of ours, too: a foreign node is like any other.
  it.each<Make>(['foreign', 'ours'])(
    'SIM-I1: is named while it lives, and not after two failed contacts, %s',
    (make) => {
      const scene = new Scene(6, make)
      expect(scene.naming()).toEqual(scene.hosts)
      scene.newcomer.crash()
      scene.ping()
      expect(scene.naming()).toEqual(scene.hosts)
      scene.ping()
      expect(scene.naming()).toEqual([])
    },
  )

  it('SIM-I1: stays known by itself, and is soon on no way that is walked when it is gone', () => {
    const scene = new Scene(7, 'foreign')
    const { world, checker, foreignInvariants } = scene
    world.advance(quietMs + 5 * MINUTE_MS)
    expect(scene.naming()).toEqual(scene.hosts)
    // It has checked on ours, and was answered.
    expect(foreignInvariants.answered.ping).toBeGreaterThan(k)
    const questions = scene.countQueries()
    scene.newcomer.crash()
    scene.walk(scene.hosts.slice(0, 3))
    expect(questions.get('find_node')).toBeGreaterThan(0)
    world.advance(quietMs + BAD * giveUpMs - MINUTE_MS)
    questions.clear()
    for (let minute = 0; minute < 5; minute++) scene.walk(scene.hosts)
    expect([questions.get('find_node'), questions.get('get_peers')]).toEqual([undefined, undefined])
    expect(scene.naming()).toEqual([])
    expect(checker.violations).toEqual([])
  })
})
