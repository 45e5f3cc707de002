// The routing table beside `k-bucket`, as it is used by somebody who installs nothing else (P5):
// 100,000 random contacts are offered to each, then members are seen again, the eight closest to a
// target are looked for, and members are removed. The answers of both are compared with sorting all
// that they hold, because the speed of a wrong answer doesn't count.

import { compareDistance, type Id, type Identified } from '@dht/id'
import { Child } from '../child.ts'
import type { Figure } from '../figure.ts'
import type { Progress } from '../progress.ts'
import { measureInTurns, type Work } from '../rounds.ts'
import { median, medianInterval, medianRatio, ratios } from '../statistics.ts'
import { filled, kBucket, ours, randomContacts, randomId } from './contestants.ts'
import { measureLives, type Step } from './life.ts'
import type { MemoryInit, MemoryReport } from './protocol.ts'

const OFFERED = 100_000
const TARGETS = 1_024
/** Contacts that `closest` is asked for: as many as a node names in a reply. */
const COUNT = 8

interface World {
  readonly self: Id
  readonly contacts: readonly Identified[]
  readonly targets: Readonly<Record<'random' | 'near-self', readonly Id[]>>
}

export async function benchTable(progress: Progress): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const width of [20, 32]) {
    const world = newWorld(width)
    progress.tell(`table: insert, update and remove, ${width}-byte ids`)
    const lives = benchLives(world, width)
    for (const where of ['random', 'near-self'] as const) {
      progress.tell(`table: closest, ${width}-byte ids, ${where} targets`)
      figures.push(benchClosest(world, where, width))
    }
    progress.tell(`table: memory, ${width}-byte ids`)
    figures.push(...lives, await benchMemoryOf(width))
  }
  return figures
}

function newWorld(width: number): World {
  const self = randomId(width)
  return {
    self,
    contacts: randomContacts(OFFERED, width),
    targets: {
      random: Array.from({ length: TARGETS }, () => randomId(width)),
      // Sharing 1 to 24 bits with us: where the deep buckets are, and beyond.
      'near-self': Array.from({ length: TARGETS }, (_, i) => sharing(self, 1 + (i % 24))),
    },
  }
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

function benchLives({ self, contacts }: World, width: number): Figure[] {
  const lives = measureLives(self, contacts)
  return (['insert', 'update', 'remove'] as const).map((step: Step) => {
    const ns = {
      ours: lives.ours.map((life) => life[step]),
      kBucket: lives.kBucket.map((life) => life[step]),
    }
    const interval = medianInterval(ratios(ns.ours, ns.kBucket))
    return {
      goal: 'P5',
      what: `table, ${width}-byte ids: ${step} beside k-bucket`,
      value: medianRatio(ns.ours, ns.kBucket),
      unit: 'x its time',
      atMost: step === 'insert' ? 1 : 1.2,
      details: {
        'from x': interval.from,
        'to x': interval.to,
        'ours ns': median(ns.ours),
        'k-bucket ns': median(ns.kBucket),
      },
    }
  })
}

async function benchMemoryOf(width: number): Promise<Figure> {
  const mine = await memoryOf({ whose: 'ours', offered: OFFERED, width })
  const theirs = await memoryOf({ whose: 'kBucket', offered: OFFERED, width })
  return {
    goal: 'P5',
    what: `table, ${width}-byte ids: memory for each member, contacts apart`,
    value: mine.bytes / mine.members,
    unit: 'bytes',
    details: {
      'k-bucket bytes': theirs.bytes / theirs.members,
      'ours holds': mine.members,
      'k-bucket holds': theirs.members,
    },
  }
}

async function memoryOf(init: MemoryInit): Promise<MemoryReport> {
  const child = await Child.start<unknown>('table/memory', { init })
  const report = await child.ask<MemoryReport>('report')
  await child.end()
  return report
}

function benchClosest(world: World, where: 'random' | 'near-self', width: number): Figure {
  const mine = filled(ours, world.self, world.contacts)
  const theirs = filled(kBucket, world.self, world.contacts)
  const held = { ours: ours.members(mine), kBucket: kBucket.members(theirs) }
  const targets = world.targets[where]
  const wrong = {
    ours: wrongOf(held.ours, targets, (target) => mine.closest(target, COUNT)),
    kBucket: wrongOf(held.kBucket, targets, (target) => theirs.closest(target, COUNT)),
  }
  const over =
    (closest: (target: Id) => unknown): Work =>
    (times) => {
      let last: unknown
      for (let i = 0; i < times; i++) last = closest(targets[i & (TARGETS - 1)] as Id)
      return last
    }
  const ns = measureInTurns({
    ours: over((target) => mine.closest(target, COUNT)),
    kBucket: over((target) => theirs.closest(target, COUNT)),
  })
  const interval = medianInterval(ratios(ns.kBucket, ns.ours))
  return {
    goal: 'P5',
    what: `table, ${width}-byte ids: closest(8), ${where} targets, beside k-bucket`,
    value: medianRatio(ns.kBucket, ns.ours),
    unit: 'x faster',
    atLeast: 4,
    details: {
      'from x': interval.from,
      'to x': interval.to,
      'ours ns': median(ns.ours),
      'k-bucket ns': median(ns.kBucket),
      'ours wrong %': wrong.ours,
      'k-bucket wrong %': wrong.kBucket,
      'ours holds': held.ours.length,
      'k-bucket holds': held.kBucket.length,
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
    const truth = members.toSorted((a, b) => compareDistance(a.id, b.id, target)).slice(0, COUNT)
    const answer = closest(target)
    return answer.length !== truth.length || truth.some((member, i) => member !== answer[i])
  })
  return (100 * wrong.length) / targets.length
}
