// Where every node knows as many live nodes of each range as fit, or all there are, and nothing is
// lost, each walk ends at exactly the k nearest nodes that live (SIM-K1), what is published lies
// there and is found from everywhere (SIM-K2). Told by the oracle, which no node has.

import type { Id } from '@dht/id'
import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import { Oracle } from '../oracle/oracle.ts'
import type { World } from '../world.ts'
import type { Violation } from './checker.ts'

const MINUTE_MS = 60_000
/**
 * Two rounds of refresh and a little, ms: after that tables are as good as they get (SIM-K3), and
 * nobody is given up early any more for a question that expired in the faulty times.
 */
const SETTLING_MS = 35 * MINUTE_MS
/** Longest that a lookup and its last questions take, with room, ms. */
const LOOKUP_MS = 90_000
const KEYS = 2

/** Lets tables settle, and has everybody look for something. Says nothing of other worlds. */
export function exactnessViolations(world: World, k: number, chance: Chance): Violation[] {
  world.advance(SETTLING_MS)
  const oracle = new Oracle(world, k)
  const asSeen = oracle.survey([]).tables
  const publishers = chance.sample(world.honest, KEYS)
  if (asSeen.completeShare < 1 || asSeen.deadShare > 0 || publishers.length === 0) return []
  const keys = publishers.map((publisher) => {
    const key = oracle.anyId(chance, world.protocol.idLength)
    oracle.announcements.enter(publisher, key)
    return key
  })
  world.advance(LOOKUP_MS)
  // One after the other, for a node may be allowed no more operations at a time than that.
  for (const key of keys) {
    for (const host of world.honest) oracle.log.lookup(host, key, { mode: 'all' })
    world.advance(LOOKUP_MS)
  }
  for (const host of world.honest) oracle.log.closest(host, chance.pick(keys))
  world.advance(LOOKUP_MS)
  return [...missedIn(world, oracle), ...misplaced(world, oracle, { keys, publishers, k })]
}

function missedIn({ now }: World, oracle: Oracle): Violation[] {
  const { log } = oracle
  return log.measures.flatMap(({ host, exact, succeeded }): Violation[] => [
    ...(exact ? [] : [{ property: 'SIM-K1', at: now, host, seen: 'not the k nearest that live' }]),
    ...(succeeded ? [] : [{ property: 'SIM-K2', at: now, host, seen: 'an entry was not found' }]),
  ])
}

/** Copies lie at the k nearest but the publisher, and nowhere else. */
function misplaced(
  { now }: World,
  oracle: Oracle,
  what: { readonly keys: readonly Id[]; readonly publishers: readonly Host[]; readonly k: number },
): Violation[] {
  const { holders } = oracle.survey(what.keys)
  return what.keys.flatMap((key, i): Violation[] => {
    const publisher = what.publishers[i] as Host
    const nearest = oracle.live.nearest(key, what.k, publisher)
    const held = new Set(holders[i])
    const isExact = nearest.length === held.size && nearest.every((host) => held.has(host))
    const seen = `${held.size} copies, not at the ${nearest.length} nearest`
    return isExact ? [] : [{ property: 'SIM-K2', at: now, host: publisher.number, seen }]
  })
}
