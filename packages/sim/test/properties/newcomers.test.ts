// New nodes that are nearer to a value than all its holders do not store it before its next round.
// If they are fewer than k, one of the k nearest nodes is still a holder. If they are k or more,
// lookups may miss the value, but only until that round has ended.

import { type Id, idFromBytes } from '@dht/id'
import { CORE_DEFAULTS, type CoreOptions } from '@dht/node/core'
import { type Host, type LookupMeasure, Oracle, World } from '@dht/sim'
import { describe, expect, it } from 'vitest'

const MINUTE_MS = 60_000
const PATIENT = { timeout: 60_000 }
const NODES = 30
const { republishMs, republishJitterMs, lookupDeadlineMs, giveUpMs } = CORE_DEFAULTS
/** A lookup that runs to its deadline with one more query, and the writes. */
const LONGEST_ROUND_MS = lookupDeadlineMs + 2 * giveUpMs
const LONGEST_GAP_MS = republishMs + republishJitterMs + LONGEST_ROUND_MS
/** Time between two lookups, ms: the precision with which a gap is known. */
const LOOK_MS = 3 * MINUTE_MS

const narrow: CoreOptions = { k: 3, bucketWidths: [] }

interface Guests {
  readonly seed: number
  readonly count: number
  readonly core?: CoreOptions
  /** Whether the publisher is nearer to the key than all holders. Default: it is farther. */
  readonly publisherIsNearest?: boolean
}

interface Visit {
  readonly lookups: readonly LookupMeasure[]
  /** When the first new node began to join, and when the last had joined, ms. */
  readonly from: number
  readonly to: number
  /** Rounds of the publisher that ended while they joined. */
  readonly rounds: number
}

/**
 * A node publishes an identity. At a random instant between two rounds, `count` nodes join that are
 * nearer to it than any other. Meanwhile, and for `forMs` after the first came, all nodes look it
 * up.
 */
function visit({
  seed,
  count,
  core = {},
  publisherIsNearest = false,
  forMs,
}: Guests & { readonly forMs: number }): Visit {
  const world = new World({ seed, core, encoded: false })
  const oracle = new Oracle(world, core.k)
  const { k = CORE_DEFAULTS.k } = core
  world.grow(NODES)
  world.advance(MINUTE_MS)
  const chance = world.chance.branch('newcomers')
  const key = oracle.anyId(chance)
  const [nearest, ...others] = oracle.live.nearest(key, NODES)
  const publisher = publisherIsNearest ? nearest! : chance.pick(others.slice(k))
  oracle.announcements.announce(publisher, key)
  world.advance(MINUTE_MS + chance.below(20 * MINUTE_MS))
  const [holders = []] = oracle.survey([key]).holders
  expect(holders.length).toBeGreaterThanOrEqual(k)
  const rounds = (): number => publisher.node.core.info(publisher.now).counters.rounds
  const [from, before] = [world.now, rounds()]
  const look = (): void => {
    for (const host of world.honest) oracle.log.lookup(host, key)
  }
  const newcomers: Host[] = []
  for (let i = 0; i < count; i++) {
    look()
    newcomers.push(...world.grow(1, { host: { id: beside(key, i) } }))
  }
  const [to, after] = [world.now, rounds()]
  expect(oracle.live.nearest(key, count)).toEqual(newcomers)
  while (world.now < from + forMs) {
    look()
    world.advance(LOOK_MS)
  }
  expect(oracle.log.open).toBe(0)
  return { lookups: oracle.log.take(), from, to, rounds: after - before }
}

/** An id that shares all but its last byte with `key`. The smaller `nth`, the nearer. */
function beside(key: Id, nth: number): Id {
  const bytes = Uint8Array.from(key)
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ (nth + 1)
  return idFromBytes(bytes)
}

function missesOf({ lookups }: Visit): LookupMeasure[] {
  return lookups.filter(({ succeeded }) => !succeeded)
}

describe('new nodes that are nearer than all holders', PATIENT, () => {
  // A publisher responds with its own peer, so it is queried if it is among the k nearest.
  it.each<Guests>([
    { seed: 1, count: 1 },
    { seed: 3, count: 7 },
    { seed: 6, count: 2, core: narrow },
    { seed: 8, count: 6, publisherIsNearest: true },
    { seed: 6, count: 7, publisherIsNearest: true },
    { seed: 9, count: 1, core: narrow, publisherIsNearest: true },
  ])('SIM-R4: hide nothing while they are fewer than k, $count of them, seed $seed', (given) => {
    const seen = visit({ ...given, forMs: LONGEST_GAP_MS })
    // All of them came between two rounds.
    expect(seen.rounds).toBe(0)
    expect(seen.lookups.length).toBeGreaterThan(10 * NODES)
    expect(missesOf(seen)).toEqual([])
  })

  it.each<Guests>([
    { seed: 2, count: 8 },
    { seed: 3, count: 9 },
    { seed: 5, count: 6, core: narrow },
  ])('SIM-R4: hide nothing either as a crowd, $count of them, seed $seed', (given) => {
    const seen = visit({ ...given, forMs: LONGEST_GAP_MS + 10 * MINUTE_MS })
    expect(missesOf(seen)).toEqual([])
    const later = seen.lookups.filter(({ at }) => at - seen.from > LONGEST_GAP_MS)
    expect(later.length).toBeGreaterThan(2 * NODES)
  })
})
