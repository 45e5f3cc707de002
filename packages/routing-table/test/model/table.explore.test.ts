// All short histories of some tiny tables: all events in every order. Each state is compared with
// the model and each step with the laws that need no model.

import { Census } from '@dht/testing/census'
import { announce, explore, stateBudget } from '@dht/testing/explore'
import { describe, expect, it } from 'vitest'
import { RoutingTable, type TableSnapshot } from '../../src/index.ts'
import { id, type Node, node } from '../support/world.ts'
import { FLOORS } from './cases.ts'
import { type Step, stepViolations } from './step-laws.ts'
import { type Tiny, tiny, worldOf } from './table.world.ts'

/** Where a time span is one step long, there are few states. */
const brief = { questionableAfterMs: 1, refreshAfterMs: 1, checkIntervalMs: 1, checkTimeoutMs: 1 }

/** The suite visits only the first states of all worlds but the first. */
const WORLDS: Readonly<
  Record<string, { readonly world: Tiny; readonly states: number; readonly isSmall?: boolean }>
> = {
  'one contact': { world: tiny('4a'), states: 1_000, isSmall: true },
  'two ids at one address': { world: tiny('4a 2a', brief), states: 1_000 },
  'an id at two addresses': { world: tiny('4a 4b', brief), states: 200 },
  'two buckets': { world: tiny('4a 5b 2b', brief), states: 200 },
  'an address in two buckets': { world: tiny('4a 5c 6b 1d 2b', { k: 2 }, 5), states: 200 },
  'no addresses': { world: tiny('4a 5b 6c 2d 1e', { heedsAddresses: false }), states: 200 },
  'a claim beside a candidate': { world: tiny('4a 2b 5c 4d', { cacheSize: 2 }, 3), states: 200 },
  'a wide bucket': { world: tiny('4a 5b 6c 2d', { widths: [2], cacheSize: 2 }), states: 200 },
}

describe('RT-15, RT-16, RT-17, RT-50, RT-51, RT-54, RT-55, META-51, META-53, META-55', () => {
  it.each(Object.entries(WORLDS))(
    'STATE-50, STATE-52, STATE-54, STATE-58: every step of every history: %s',
    (name, { world, states, isSmall }) => {
      const unused = new Census('routing-table', FLOORS)
      const seen = explore(() => worldOf(world, unused), { maxStates: stateBudget(states) })
      announce(name, seen)
      if (isSmall) expect(seen.isComplete).toBe(true)
      const report = `routing-table-explored-${name.replaceAll(' ', '-')}`
      const floor = isSmall ? 100 : states
      const census = new Census(report, { states: floor, moves: 2 * floor })
      for (const each of ['states', 'moves'] as const) census.count(each, seen[each])
      expect(census.close()).toEqual([])
    },
    600_000,
  )
})

describe('the laws of a step find violations', () => {
  const setup = tiny('4a').setup
  const state = (change: object = {}, entry: object = {}): TableSnapshot<Node> => {
    const table = new RoutingTable<Node>(id(0), { k: 1 })
    table.responded(node(0x80), 5)
    const { self, buckets } = table.snapshot()
    const members = buckets[0]!.members.map((each) => ({ ...each, ...entry }))
    return { self, buckets: [{ ...buckets[0]!, members, ...change }] }
  }
  const step = (kind: Step['kind'], before: TableSnapshot<Node>, after: TableSnapshot<Node>) =>
    stepViolations({ kind, now: 5, before, after }, setup)

  const other = { contact: node(0x90), lastSeenAt: 5, failures: 0, respondedAt: 5 }
  const none = state({ members: [] })

  it('a valid step passes', () => {
    expect(step('responded', state(), state())).toEqual([])
    expect(step('responded', state({}, { failures: 1 }), state({ members: [other] }))).toEqual([
      'META-51: 90@a144 counts as one that answered',
    ])
  })

  it.each<[string, Step['kind'], TableSnapshot<Node>, TableSnapshot<Node>]>([
    ['STATE-58', 'failed', state(), none],
    ['STATE-50', 'responded', state(), state({ members: [other] })],
    ['STATE-54', 'responded', none, state({}, { lastSeenAt: -Infinity })],
    ['STATE-54', 'queried', none, state()],
    ['META-2', 'responded', none, state({}, { failures: 1 })],
    ['META-59', 'responded', none, state({}, { lastSeenAt: 6 })],
    ['META-59', 'queried', state(), state({}, { lastSeenAt: 4 })],
    ['META-51', 'queried', state({}, { lastSeenAt: -Infinity }), state()],
    ['META-53', 'queried', state({}, { failures: 1 }), state()],
    ['META-61', 'late', state({}, { failures: 3 }), state({}, { failures: 1 })],
    ['META-7', 'time', state(), state({}, { failures: 1 })],
    ['RT-57', 'time', { ...state(), buckets: [...state().buckets, ...none.buckets] }, state()],
    ['STATE-52', 'queried', state(), state({ checkedAt: 5 })],
    ['STATE-52', 'work', state(), state({ checkedAt: 4 })],
    ['STATE-52', 'work', state({ checkedAt: 4.5 }), state({ checkedAt: 5 })],
    ['STATE-52', 'work', state(), state({ checking: node(0x80), checkingSince: 5 })],
    [
      'STATE-52',
      'work',
      state({ checkedAt: 4, checking: node(0x80), checkingSince: 4 }),
      state({ checkedAt: 5, checking: node(0x80), checkingSince: 5 }),
    ],
    ['REFRESH-4', 'work', state(), state({ refreshedAt: 5 })],
  ])('%s, by a step of the kind %s', (law, kind, before, after) => {
    expect(step(kind, before, after).join()).toContain(law)
  })
})
