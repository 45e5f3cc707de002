// Where copies of a publication may lie, by brute force over all live nodes. It knows one thing
// from the publisher: how many nodes that had estimated when its round began (`info()`). The rule
// is written here once more, without code of the node: a round writes to the k nearest nodes, and
// to at most k others in three quarters of the region where k nodes are expected. If the region has
// far too many nodes, the round writes to all nodes of a region twice as large instead.

import type { Id } from '@dht/id'
import type { Host } from '../host/host.ts'
import type { LiveNodes } from './live-nodes.ts'

/** A round that is about to begin. */
export interface ComingRound {
  readonly key: Id
  readonly publisher: Host
  readonly k: number
}

export interface CopyBounds {
  /** Nodes that must have a copy: the k nearest without the publisher. */
  readonly needed: readonly Host[]
  /** Nodes that may have one: those needed, and others of the region. */
  readonly allowed: ReadonlySet<Host>
  /** Most copies. */
  readonly most: number
}

const WRITTEN = 0.75
const SWEPT = 2
/** A region with so many times k nodes in that part of it has far too many. */
const CROWDED = [
  { part: 0.25, timesK: 1 },
  { part: 0.5, timesK: 2 },
  { part: 1, timesK: 3 },
] as const
/** `info()` rounds its estimate to a whole number of nodes. */
const ROUNDING = 0.5

/** Where the copies of a round that begins now may lie. No node joins, leaves or lies meanwhile. */
export function copyBounds({ key, publisher, k }: ComingRound, live: LiveNodes): CopyBounds {
  const nodes = live.nearest(key, live.size, publisher)
  const shares = nodes.map(({ node }) => distanceShare(node.id, key))
  const region = regionOf(publisher, k)
  const countWithin = (share: number): number => shares.filter((each) => each < share).length
  const isCrowded = CROWDED.some(({ part, timesK }) => countWithin(part * region) >= timesK * k)
  const inRegion = countWithin((isCrowded ? SWEPT : WRITTEN) * region)
  const needed = nodes.slice(0, k)
  const allowed = new Set(nodes.slice(0, Math.max(k, inRegion)))
  return { needed, allowed, most: isCrowded ? allowed.size : Math.min(allowed.size, 2 * k) }
}

/** What is wrong with where the copies lie; undefined: nothing. */
export function misplacement(holders: readonly Host[], bounds: CopyBounds): string | undefined {
  const { needed, allowed, most } = bounds
  const held = new Set(holders)
  const copies = `${held.size} copies`
  if (!needed.every((host) => held.has(host))) {
    return `${copies}, not at all of the ${needed.length} nearest`
  }
  if (held.size > most) return `${copies} instead of ${most} at most`
  const outside = holders.filter((host) => !allowed.has(host)).length
  return outside === 0 ? undefined : `${copies}, ${outside} of them outside the region`
}

/** The part of the id space around a target in which the publisher expects k nodes. */
function regionOf({ core, now }: Host, k: number): number {
  const estimates = core?.info(now).overlays.map(({ estimatedNodes }) => estimatedNodes) ?? []
  const known = estimates.filter((nodes) => nodes !== undefined)
  return known.length === 0 ? 0 : Math.min(1, k / (Math.min(...known) - ROUNDING))
}

/** How far apart two ids are, as a share of the id space, to 48 bits. */
function distanceShare(a: Id, b: Id): number {
  let share = 0
  for (let i = Math.min(5, a.length - 1); i >= 0; i--) {
    share = (share + ((a[i] as number) ^ (b[i] as number))) / 256
  }
  return share
}
