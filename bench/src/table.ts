// The routing table beside k-bucket: 100,000 contacts offered to each, then the eight closest to
// random targets and to targets near our own id (P5). Both are compared with sorting all that they
// hold, because the speed of a wrong answer doesn't count.

import { randomBytes } from 'node:crypto'
import { compareDistance, type Id, type Identified, idView } from '@dht/id'
import { RoutingTable } from '@dht/routing-table'
import KBucket from 'k-bucket'
import type { Figure } from './figure.ts'
import type { Progress } from './progress.ts'
import { measureInTurns, type Work } from './rounds.ts'
import { median, medianRatio } from './statistics.ts'

const OFFERED = 100_000
const TARGETS = 1_024
const K = 8

interface World {
  readonly self: Id
  readonly contacts: readonly Identified[]
  readonly targets: Readonly<Record<'random' | 'near-self', readonly Id[]>>
}

export function benchTable(progress: Progress): Figure[] {
  return [20, 32].flatMap((width) => {
    const world = newWorld(width)
    progress.tell(`table: insert, ${width}-byte ids`)
    const insert = benchInsert(world, width)
    const closest = (['random', 'near-self'] as const).map((where) => {
      progress.tell(`table: closest, ${width}-byte ids, ${where} targets`)
      return benchClosest(world, where, width)
    })
    return [...closest, insert]
  })
}

function newWorld(width: number): World {
  const self = randomId(width)
  return {
    self,
    contacts: Array.from({ length: OFFERED }, () => ({ id: randomId(width) })),
    targets: {
      random: Array.from({ length: TARGETS }, () => randomId(width)),
      // Sharing 1 to 24 bits with us: where the deep buckets are, and beyond.
      'near-self': Array.from({ length: TARGETS }, (_, i) => sharing(self, 1 + (i % 24))),
    },
  }
}

function randomId(width: number): Id {
  return idView(new Uint8Array(randomBytes(width)))
}

function sharing(self: Id, bits: number): Id {
  const id = randomId(self.length)
  for (let bit = 0; bit < bits; bit++) {
    const mask = 0x80 >> (bit & 7)
    const at = bit >> 3
    id[at] = ((id[at] ?? 0) & ~mask) | ((self[at] ?? 0) & mask)
  }
  return id
}

function offerOurs({ self, contacts }: World): RoutingTable<Identified> {
  const table = new RoutingTable<Identified>(self, { k: K })
  for (const contact of contacts) table.responded(contact, 0)
  return table
}

function offerKBucket({ self, contacts }: World): KBucket<Identified> {
  const table = new KBucket<Identified>({ localNodeId: self, numberOfNodesPerKBucket: K })
  for (const contact of contacts) table.add(contact)
  return table
}

function benchInsert(world: World, width: number): Figure {
  const repeated =
    (once: (world: World) => unknown): Work =>
    (times) => {
      let last: unknown
      for (let i = 0; i < times; i++) last = once(world)
      return last
    }
  const ns = measureInTurns({ ours: repeated(offerOurs), kBucket: repeated(offerKBucket) })
  return {
    goal: 'P5',
    what: `table, ${width}-byte ids: insert beside k-bucket`,
    value: medianRatio(ns.ours, ns.kBucket),
    unit: 'x its time',
    atMost: 1,
    details: {
      'ours ns': median(ns.ours) / OFFERED,
      'k-bucket ns': median(ns.kBucket) / OFFERED,
    },
  }
}

function benchClosest(world: World, where: 'random' | 'near-self', width: number): Figure {
  const ours = offerOurs(world)
  const kBucket = offerKBucket(world)
  const targets = world.targets[where]
  const wrong = {
    ours: wrongOf([...ours.members()], targets, (target) => ours.closest(target, K)),
    kBucket: wrongOf(kBucket.toArray(), targets, (target) => kBucket.closest(target, K)),
  }
  const over =
    (closest: (target: Id) => unknown): Work =>
    (times) => {
      let last: unknown
      for (let i = 0; i < times; i++) last = closest(targets[i & (TARGETS - 1)] as Id)
      return last
    }
  const ns = measureInTurns({
    ours: over((target) => ours.closest(target, K)),
    kBucket: over((target) => kBucket.closest(target, K)),
  })
  return {
    goal: 'P5',
    what: `table, ${width}-byte ids: closest(8), ${where} targets, beside k-bucket`,
    value: medianRatio(ns.kBucket, ns.ours),
    unit: 'x faster',
    atLeast: 4,
    details: {
      'ours ns': median(ns.ours),
      'k-bucket ns': median(ns.kBucket),
      'ours wrong %': wrong.ours,
      'k-bucket wrong %': wrong.kBucket,
      'ours holds': ours.size,
      'k-bucket holds': kBucket.count(),
    },
  }
}

/** How many of a hundred answers are not the true eight in order. */
function wrongOf(
  members: readonly Identified[],
  targets: readonly Id[],
  closest: (target: Id) => readonly Identified[],
): number {
  const wrong = targets.filter((target) => {
    const truth = members.toSorted((a, b) => compareDistance(a.id, b.id, target)).slice(0, K)
    const answer = closest(target)
    return answer.length !== truth.length || truth.some((member, i) => member !== answer[i])
  })
  return (100 * wrong.length) / targets.length
}
