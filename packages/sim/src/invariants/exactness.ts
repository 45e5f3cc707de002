// The check that lookups are exact when nothing is lost and every table has as many live nodes of
// each range as fit, or all there are: each lookup ends at exactly the k nearest live nodes
// (SIM-K1), and published values and items are stored there, at others only as far as the region
// reaches, and found from everywhere (SIM-K2, SIM-K4). The oracle, which no node can use, says what
// is exact.

import type { Id } from '@dht/id'
import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import { type CopyBounds, copyBounds, misplacement } from '../oracle/copy-bounds.ts'
import { Oracle } from '../oracle/oracle.ts'
import type { World } from '../world.ts'
import type { Violation } from './checker.ts'
import { itemViolations } from './item-exactness.ts'

const MINUTE_MS = 60_000
/**
 * Two rounds of refresh and a little more, ms. After that tables are as good as they get (SIM-K3),
 * and no endpoint is a suspect any more because of a query that expired during the faults.
 */
const SETTLING_MS = 35 * MINUTE_MS
/** Longest time of a lookup and its last queries, with a margin, ms. */
const LOOKUP_MS = 90_000
const KEYS = 2

/**
 * Waits for the tables, then lets all nodes look up something. Returns nothing if a table is not
 * complete even then.
 */
export function exactnessViolations(world: World, k: number, chance: Chance): Violation[] {
  world.advance(SETTLING_MS)
  const oracle = new Oracle(world, k)
  const asSeen = oracle.survey([]).tables
  const publishers = chance.sample(world.honest, KEYS)
  if (asSeen.completeShare < 1 || asSeen.deadShare > 0 || publishers.length === 0) return []
  const keys = publishers.map(() => oracle.anyId(chance, world.protocol.idLength))
  const bounds = publishers.map((publisher, i) => {
    return copyBounds({ key: keys[i] as Id, publisher, k }, oracle.live)
  })
  for (const [i, key] of keys.entries()) {
    oracle.announcements.announce(publishers[i] as Host, key)
  }
  world.advance(LOOKUP_MS)
  const misplaced = misplacedIn(world, oracle, { keys, publishers, bounds })
  // One key after the other, because a node may be limited to fewer operations at a time.
  for (const key of keys) {
    for (const host of world.honest) oracle.log.lookup(host, key, { mode: 'all' })
    world.advance(LOOKUP_MS)
  }
  for (const host of world.honest) oracle.log.closest(host, chance.pick(keys))
  world.advance(LOOKUP_MS)
  return [...missedIn(world, oracle), ...misplaced, ...itemViolations(world, oracle, k)]
}

function missedIn({ now }: World, oracle: Oracle): Violation[] {
  const { log } = oracle
  return log.measures.flatMap(({ host, exact, succeeded }): Violation[] => [
    ...(exact ? [] : [{ property: 'SIM-K1', at: now, host, seen: 'not the k nearest live nodes' }]),
    ...(succeeded
      ? []
      : [{ property: 'SIM-K2', at: now, host, seen: 'an announcement was not found' }]),
  ])
}

/** Copies must be at the k nearest nodes, and at no node that a round does not write to. */
function misplacedIn(
  { now }: World,
  oracle: Oracle,
  what: {
    readonly keys: readonly Id[]
    readonly publishers: readonly Host[]
    readonly bounds: readonly CopyBounds[]
  },
): Violation[] {
  const { holders } = oracle.survey(what.keys)
  return what.bounds.flatMap((bounds, i): Violation[] => {
    const seen = misplacement(holders[i] as readonly Host[], bounds)
    const { number: host } = what.publishers[i] as Host
    return seen === undefined ? [] : [{ property: 'SIM-K2', at: now, host, seen }]
  })
}
