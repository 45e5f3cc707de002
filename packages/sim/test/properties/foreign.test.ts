// Our nodes and nodes of another implementation (bittorrent-dht 11) in one network with the
// protocol of Mainline. Each finds what the other has published, and all invariants of our nodes
// hold. What must be found is known from what was published. What foreign nodes found is reported
// by their own client.

import { type Id, secureId } from '@dht/id'
import { addressBytes, decodeMessage, endpoint, formatEndpoint, sameEndpoint } from '@dht/krpc'
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
  it.each(KINDS)('SIM-I1: foreign nodes find all that ours published, %s', (_name, kind) => {
    const { byThem } = lifeOf(kind)
    expect(byThem).toHaveLength(2)
    for (const each of byThem) expectFound(each)
  })

  it.each(KINDS)(
    'SIM-I1: each of our nodes finds what a foreign one announced, %s',
    (_name, kind) => {
      const { byOurs } = lifeOf(kind)
      expect(byOurs.map(({ found }) => found.length)).toEqual([NODES, NODES, NODES])
      for (const each of byOurs) expectFound(each)
    },
  )

  it.each(KINDS)(
    'SIM-I1: all nodes find as much when a foreign one is suspended or gone, %s',
    (_name, kind) => {
      const { withoutOne } = lifeOf(kind)
      expect(withoutOne).toHaveLength(2)
      for (const each of withoutOne) expectFound(each)
    },
  )

  it.each(KINDS)('SIM-I1: no step of our nodes violates an invariant, %s', (_name, kind) => {
    const { checker } = lifeOf(kind)
    expect(checker.violations).toEqual([])
    expect(checker.steps).toBeGreaterThan(5_000)
  })

  it.each(KINDS)('SIM-I1: our nodes respond to all queries of foreign ones, %s', (_name, kind) => {
    const { foreignInvariants, writes, written, entered, warnings } = lifeOf(kind)
    const [one, other] = foreignInvariants.map(({ responded }) => responded) as [
      RespondedTo,
      RespondedTo,
    ]
    for (const each of [one, other]) {
      expect(each.find_node).toBeGreaterThanOrEqual(k)
      expect(each.get_peers).toBeGreaterThanOrEqual(k)
    }
    // Our nodes report what they accepted, and foreign nodes receive the reports.
    const accepted = one.announce_peer + writes.foreign
    expect(accepted).toBeGreaterThan(3 * k)
    expect(writes.told).toBeLessThanOrEqual(accepted)
    // In the other direction foreign nodes accept what our nodes write.
    expect(written.length).toBeGreaterThan(0)
    expect(entered).toEqual(expect.arrayContaining([...written]))
    if (kind.loss === 0) expect([writes.told, written]).toEqual([accepted, entered])
    expect(warnings).toEqual([])
  })
})

type RespondedTo = ForeignNodeInvariant['responded']

describe('a foreign node', PATIENT, () => {
  it('SIM-I1: its run depends on the seed only', () => {
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

  it('SIM-I1: learns its k nearest nodes through one of ours', () => {
    const mixed = new MixedWorld(13)
    mixed.world.grow(2 * NODES)
    const { node } = mixed.addForeignNode()
    const nearest = mixed.oracle.live.nearest(node.id, k).map((host) => String(host.node.id))
    expect(node.isReady).toBe(true)
    expect(node.known.map(String)).toEqual(expect.arrayContaining(nearest))
    // Two foreign nodes hear of one another through our nodes only.
    const neighbour = mixed.addForeignNode(nextTo(node.id))
    expect(neighbour.node.known.map(String)).toContain(String(node.id))
  })

  it('SIM-I1: finds all peers of an identity with many, and is one of them', () => {
    const mixed = new MixedWorld(4)
    mixed.world.grow(NODES)
    const { host, node } = mixed.addForeignNode()
    const key = mixed.idFarFrom(node.id)
    const { expected } = mixed.enter([key], NODES)
    expect(expected).toHaveLength(NODES)
    // It looks up before it writes.
    mixed.finish(node.announce(key))
    expect(node.found(key)).toEqual(expected)
    mixed.finish(node.lookup(key))
    expect(node.found(key)).toEqual([...expected, formatEndpoint(host.endpoint)].sort())
  })

  it('SIM-I1: is queried when it is the only holder of what ours published', () => {
    const mixed = new MixedWorld(5)
    mixed.world.grow(NODES)
    const key = mixed.anyId()
    const { host, node } = mixed.addForeignNode(nextTo(key))
    const { publishers, expected } = mixed.enter([key], 1)
    expect(node.writtenAt(key)).toEqual(expected)
    const [holders = []] = mixed.oracle.survey([key]).holders
    // The foreign node is one of the k nearest, and more of the region may hold the peer too.
    expect(holders.length).toBeGreaterThanOrEqual(k - 1)
    expect(holders.length).toBeLessThan(2 * k)
    for (const each of [...holders, ...publishers]) each.crash()
    const readers = mixed.world.honest.filter((each) => !publishers.includes(each))
    expect(mixed.finds(readers, key)).toEqual(readers.map(() => expected))
    host.crash()
    expect(mixed.finds(readers, key)).toEqual(readers.map(() => []))
  })
})

type Make = 'foreign' | 'ours'

/** A new node of either implementation in a network in which all nodes have looked it up. */
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
    // An id that the address of the host allows, so that our node keeps it (BEP 42).
    const at = endpoint('198.51.100.7', 6881)
    const address = addressBytes(at.address) as Uint8Array
    this.#id = secureId({ address, length: 20, random: mixed.chance.source })
    this.newcomer = this.world.addHost({ id: this.#id, ipv4: at })
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

  /** Makes nodes look it up by both methods. */
  walk(hosts: readonly Host[]): void {
    const target = this.#id
    for (const host of hosts) {
      host.request({ kind: 'closest', target }, { settled: () => {} })
      host.request({ kind: 'lookup', target, mode: 'all' }, { settled: () => {} })
    }
    this.world.advance(MINUTE_MS)
  }

  /** The nodes that name it when queried for its id by each method that returns nodes. */
  naming(): Host[] {
    const told = this.#client.ask(this.hosts, [this.#id])
    const telling = told.filter(({ contacts }) => contacts.some((each) => each.hasId(this.#id)))
    return this.hosts.filter((host) => telling.filter((each) => each.host === host).length === 2)
  }

  /** Each node pings it once and gets no response. */
  ping(): void {
    for (const host of this.hosts) {
      const outcome = this.world.settle(
        host,
        host.request({ kind: 'ping', to: this.newcomer.endpoint }),
      )
      expect(outcome).toEqual({ kind: 'failed', reason: 'timeout' })
    }
  }

  /** By method: the queries to its endpoint from now on, though it does not run. */
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

describe('a new node that all nodes have looked up', PATIENT, () => {
  // Tested with our own node too: a foreign node must be treated like any other.
  it.each<Make>(['foreign', 'ours'])(
    'SIM-I1: is named while it lives, and not after two failed queries, %s',
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

  it('SIM-I1: stays known while it lives, and is queried no more soon after it has crashed', () => {
    const scene = new Scene(7, 'foreign')
    const { world, checker, foreignInvariants } = scene
    world.advance(quietMs + 5 * MINUTE_MS)
    expect(scene.naming()).toEqual(scene.hosts)
    // It has pinged our nodes, and they responded.
    expect(foreignInvariants.responded.ping).toBeGreaterThan(k)
    const queries = scene.countQueries()
    scene.newcomer.crash()
    scene.walk(scene.hosts.slice(0, 3))
    expect(queries.get('find_node')).toBeGreaterThan(0)
    world.advance(quietMs + BAD * giveUpMs - MINUTE_MS)
    queries.clear()
    for (let minute = 0; minute < 5; minute++) scene.walk(scene.hosts)
    expect([queries.get('find_node'), queries.get('get_peers')]).toEqual([undefined, undefined])
    expect(scene.naming()).toEqual([])
    expect(checker.violations).toEqual([])
  })
})
