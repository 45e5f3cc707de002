// After churn has ended, dead nodes are named no more and live nodes are known. The tests query
// nodes from outside and inspect tables. They compare both with the hosts that really run, and
// never with what a node believes.

import { commonPrefixLength, type Id, idKey } from '@dht/id'
import { dht256 } from '@dht/krpc'
import { CORE_DEFAULTS, type CoreOptions } from '@dht/node/core'
import { Churn, type ChurnOptions, exponentialSessions, type Host, Oracle, World } from '@dht/sim'
import { describe, expect, it } from 'vitest'
import { ReadOnlyClient } from '../support/read-only-client.ts'

const MINUTE_MS = 60_000
const PATIENT = { timeout: 60_000 }
const NODES = 40
const { quietMs, giveUpMs } = CORE_DEFAULTS
/** Failures in a row that make a contact bad (BEP 5; default of the routing table). */
const BAD = 2
/** Least share of nodes that know a live node at each level, and of nodes with complete tables. */
const LEAST_REACHING = 0.99
const LEAST_COMPLETE = 0.95

interface Kind {
  readonly seed: number
  readonly core?: CoreOptions
  readonly churn?: Partial<ChurnOptions>
}

const narrow: CoreOptions = { k: 3, bucketWidths: [] }
/** With shorter ids two of all nodes would have the same id. */
const small: CoreOptions = { k: 4, bucketWidths: [], network: { ...dht256, idLength: 3 } }
const KINDS: readonly (readonly [string, Kind])[] = [
  ['all crash and nobody returns', { seed: 1 }],
  ['half close, half return with their disks', { seed: 3, churn: { crashes: 0.5, returns: 0.5 } }],
  ['narrow buckets', { seed: 4, core: narrow }],
  ['ids of three bytes', { seed: 6, core: small }],
  ['ids of three bytes once more', { seed: 7, core: small }],
]

/** A network some time after its churn has ended. */
interface Aftermath {
  readonly nodes: number
  /** Dead contacts in the responses of all nodes, when churn ended and at the end. */
  readonly namedAtFirst: number
  readonly named: number
  /** Nodes that know a live node at each level at which one lives. */
  readonly reaching: number
  /** Nodes that know as many nodes of each level as fit, or all there are. */
  readonly complete: number
  readonly deadShare: number
}

const lived = new Map<Kind, Aftermath>()

function aftermathOf(kind: Kind): Aftermath {
  const known = lived.get(kind) ?? live(kind)
  lived.set(kind, known)
  return known
}

function live({ seed, core = {}, churn: given = {} }: Kind): Aftermath {
  const world = new World({ seed, core, encoded: false })
  const oracle = new Oracle(world, core.k)
  const isAlive = (id: Id): boolean => oracle.live.has(id)
  world.grow(NODES)
  const seen = new Map(world.honest.map(({ node }) => [idKey(node.id), node.id]))
  const churn = new Churn(world, {
    session: exponentialSessions(20 * MINUTE_MS),
    gap: exponentialSessions(MINUTE_MS),
    // If a new node knew only one node and that node crashed at once, no other node would ever know
    // the new one, and no rule could help.
    through: 3,
    came: ({ node }) => void seen.set(idKey(node.id), node.id),
    ...given,
  })
  world.advance(60 * MINUTE_MS)
  churn.stop()
  const stoppedAt = world.now
  const span = spanOf(world, isAlive)
  const client = new ReadOnlyClient(world)
  const hosts = world.honest
  const dead = [...seen.values()].filter((id) => !isAlive(id))
  // A node that would name a dead node at all names it if queried for exactly its id.
  const deadNamed = (): number => {
    const told = client.ask(hosts, dead).flatMap(({ contacts }) => contacts)
    return told.filter(({ id }) => !isAlive(id)).length
  }
  const namedAtFirst = deadNamed()
  world.advance(stoppedAt + span - world.now)
  const named = deadNamed()
  const { tables } = oracle.survey([])
  return {
    nodes: hosts.length,
    namedAtFirst,
    named,
    reaching: hosts.filter((host) => reachesAll(host, hosts, isAlive)).length,
    complete: Math.round(tables.completeShare * hosts.length),
    deadShare: tables.deadShare,
  }
}

/**
 * Two quiet spans and the time of c queries. Checks in one bucket follow one another, and a dead
 * contact is named until BAD of them have failed. So c is BAD times the maximum number of dead
 * contacts of one bucket, counting members and waiting contacts, because a waiting contact may
 * become a member.
 */
function spanOf(world: World, isAlive: (id: Id) => boolean): number {
  const counts = world.honest.flatMap(bucketsOf).map(({ members, waiting }) => {
    return [...members, ...waiting].filter(({ contact }) => !isAlive(contact.id)).length
  })
  return 2 * quietMs + BAD * Math.max(...counts) * giveUpMs
}

function bucketsOf(host: Host) {
  return host.node.core.inspect(host.now).overlays.flatMap(({ buckets }) => buckets)
}

function reachesAll(host: Host, hosts: readonly Host[], isAlive: (id: Id) => boolean): boolean {
  const levelOf = (id: Id): number => commonPrefixLength(id, host.node.id)
  const known = bucketsOf(host).flatMap(({ members }) => members.map(({ contact }) => contact.id))
  const reached = new Set(known.filter(isAlive).map(levelOf))
  return hosts.every((other) => other === host || reached.has(levelOf(other.node.id)))
}

describe('after churn has ended', PATIENT, () => {
  it.each(KINDS)('SIM-K3: no node names a dead one, %s', (_name, kind) => {
    const { nodes, namedAtFirst, named, deadShare } = aftermathOf(kind)
    expect(nodes).toBeGreaterThan(NODES / 2)
    expect(namedAtFirst).toBeGreaterThan(nodes)
    expect(named).toBe(0)
    expect(deadShare).toBe(0)
  })

  // Over all these networks together, because one node of a small network is a large share.
  // Networks with k = 3 are too narrow and are left out. Of twelve networks like these (seeds 1 to
  // 12) 96.3 % of the nodes reach all levels and 96.1 % are complete; of twelve with k = 4 and of
  // twelve with k = 8 at least 99.3 %.
  it('SIM-K3: all levels are known again', () => {
    const sums = { nodes: 0, reaching: 0, complete: 0 }
    for (const [, kind] of KINDS.filter(([, { core }]) => core !== narrow)) {
      const { nodes, reaching, complete } = aftermathOf(kind)
      sums.nodes += nodes
      sums.reaching += reaching
      sums.complete += complete
    }
    expect(sums.reaching / sums.nodes).toBeGreaterThanOrEqual(LEAST_REACHING)
    expect(sums.complete / sums.nodes).toBeGreaterThanOrEqual(LEAST_COMPLETE)
  })
})
