// A life of a table: contacts are offered, its members are seen again in random order, and they are
// removed in random order. Every round gives each table one life, so whatever slows the machine
// slows both.

import { randomInt } from 'node:crypto'
import type { Id, Identified } from '@dht/id'
import { type Contestant, filled, kBucket, ours } from './contestants.ts'

/** Tables of each kind in a round: one alone is emptied in less than the clock can tell. */
const TABLES = 8
/** How often each member is seen again. */
const TIMES_SEEN = 5
const ROUNDS = 25
/** Rounds run first and thrown away: engines optimise while they run. */
const WARM_UP_ROUNDS = 10

/** Nanoseconds of CPU time for one contact. */
interface Life {
  readonly insert: number
  readonly update: number
  readonly remove: number
}

export type Step = keyof Life

/** The lives of both tables, one of each for every round. */
export function measureLives(
  self: Id,
  contacts: readonly Identified[],
): Record<'ours' | 'kBucket', Life[]> {
  const lives = { ours: [] as Life[], kBucket: [] as Life[] }
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    // The first of a round leaves garbage behind for the second, so they take turns.
    const first = round % 2 === 0 ? lifeOf(ours, self, contacts) : undefined
    const theirs = lifeOf(kBucket, self, contacts)
    const mine = first ?? lifeOf(ours, self, contacts)
    if (round < 0) continue
    lives.ours.push(mine)
    lives.kBucket.push(theirs)
  }
  return lives
}

function lifeOf<Table>(
  contestant: Contestant<Table>,
  self: Id,
  contacts: readonly Identified[],
): Life {
  const tables: Table[] = []
  const insert = nanosecondsOf(() => {
    for (let i = 0; i < TABLES; i++) tables.push(filled(contestant, self, contacts))
  })
  const members = tables.map((table) => shuffled(contestant.members(table)))
  const all = members.reduce((sum, { length }) => sum + length, 0)
  const update = nanosecondsOf(() => {
    for (const [i, table] of tables.entries()) {
      for (let now = 1; now <= TIMES_SEEN; now++) {
        for (const member of members[i] ?? []) contestant.add(table, member, now)
      }
    }
  })
  const remove = nanosecondsOf(() => {
    for (const [i, table] of tables.entries()) {
      for (const member of members[i] ?? []) contestant.remove(table, member)
    }
  })
  return {
    insert: insert / TABLES / contacts.length,
    update: update / TIMES_SEEN / all,
    remove: remove / all,
  }
}

function shuffled<T>(items: readonly T[]): T[] {
  const keyed = items.map((item) => ({ item, key: randomInt(2 ** 47) }))
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
}

/** CPU time of a function. */
function nanosecondsOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return 1000 * (user + system)
}
