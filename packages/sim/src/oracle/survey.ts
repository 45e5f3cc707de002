// Looks at all honest nodes at one instant: which nodes store which values, and how good the tables
// are. It uses `NodeCore.inspect`, which changes nothing and takes about 0.1 ms for each node. So
// ask for all values at once, and not every second.

import { type Id, idKey } from '@dht/id'
import type { NodeCore } from '@dht/node/core'
import type { Host } from '../host/host.ts'
import type { World } from '../world.ts'
import type { LiveNodes } from './live-nodes.ts'

type CoreInspection = ReturnType<NodeCore['inspect']>

export interface TableQuality {
  /** Share of nodes that don't run, of all members that nodes would name to others. */
  readonly deadShare: number
  /**
   * Share of nodes that know as many live nodes of each range as fit, or all there are. This is
   * more than exact lookups need: a node that joins queries the k nearest nodes of a range, so
   * other nodes with room for it don't know it before their next refresh.
   */
  readonly completeShare: number
  /** Share of nodes that know all of the k live nodes nearest to them. Then lookups are exact. */
  readonly nearestShare: number
  /** Members per node, mean. */
  readonly members: number
}

export interface Survey {
  /** Instant, ms. */
  readonly at: number
  /** For each key, the nodes that store at least one endpoint, in the order of the keys. */
  readonly holders: readonly (readonly Host[])[]
  readonly tables: TableQuality
}

/** Looks at every honest node that runs. @param keys - values whose holders are wanted */
export function survey(world: World, live: LiveNodes, keys: readonly Id[] = []): Survey {
  const holders = new Map<string, Host[]>(keys.map((key) => [idKey(key), []]))
  const sum = { named: 0, dead: 0, complete: 0, nearest: 0, members: 0 }
  const nodes = world.honest
  for (const host of nodes) {
    const core = (host.core as NonNullable<Host['core']>).inspect(host.now)
    for (const name of keysHeldBy(core)) holders.get(name)?.push(host)
    const table = tableOf(core, live)
    sum.named += table.named
    sum.dead += table.dead
    sum.members += table.members
    if (table.isComplete) sum.complete++
    if (knowsNearest(core, host, live)) sum.nearest++
  }
  return {
    at: world.now,
    holders: keys.map((key) => holders.get(idKey(key)) ?? []),
    tables: {
      deadShare: sum.named === 0 ? 0 : sum.dead / sum.named,
      completeShare: nodes.length === 0 ? 1 : sum.complete / nodes.length,
      nearestShare: nodes.length === 0 ? 1 : sum.nearest / nodes.length,
      members: nodes.length === 0 ? 0 : sum.members / nodes.length,
    },
  }
}

/** Keys under which a store has a peer that has not expired. */
function keysHeldBy({ at, config, store }: CoreInspection): Set<string> {
  const living = store.peers.filter(({ stampedAt }) => at - stampedAt <= config.peerLifetimeMs)
  return new Set(living.map(({ target }) => idKey(target as Id)))
}

function knowsNearest({ overlays, config }: CoreInspection, host: Host, live: LiveNodes): boolean {
  const members = overlays.flatMap(({ buckets }) => buckets.flatMap((bucket) => bucket.members))
  const known = new Set(members.map(({ contact }) => idKey(contact.id)))
  return live.nearest(host.node.id, config.k, host).every(({ node }) => known.has(idKey(node.id)))
}

interface OneTable {
  readonly named: number
  readonly dead: number
  readonly members: number
  readonly isComplete: boolean
}

function tableOf({ overlays, config }: CoreInspection, live: LiveNodes): OneTable {
  const seen = { named: 0, dead: 0, members: 0, isComplete: true }
  for (const { id, buckets } of overlays) {
    for (const [depth, { members }] of buckets.entries()) {
      const isOwn = depth === buckets.length - 1
      let alive = 0
      for (const { contact, standing } of members) {
        const isAlive = live.has(contact.id)
        seen.members++
        if (isAlive) alive++
        if (standing === 'bad') continue
        seen.named++
        if (!isAlive) seen.dead++
      }
      const there = live.countSharing(id, depth) - (isOwn ? 1 : live.countSharing(id, depth + 1))
      const wanted = Math.min(config.k, there)
      if (alive < wanted) seen.isComplete = false
    }
  }
  return seen
}
