// Identities for others to look up. That they stand is a figure of its own: of what nobody holds,
// every lookup would find all there is.

import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import type { Oracle } from '../oracle/oracle.ts'
import { shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import type { ScenarioRun } from './scenario-run.ts'

/** From the last entry until all stand, ms, with room. */
const STANDING_MS = 60_000
/** Time between two entries, ms. */
const PACE_MS = 50

/** Has hosts enter `count` identities, one after the other, and waits until they stand. */
export function enterKeys(
  scenario: ScenarioRun,
  { world, oracle }: { readonly world: World; readonly oracle: Oracle },
  what: {
    readonly count: number
    readonly publishers: readonly Host[]
    readonly chance: Chance
    /** Goes before the figure's name. */
    readonly name?: string
  },
): void {
  const { count, publishers, chance, name = '' } = what
  const before = oracle.announcements.keys.length
  for (let i = 0; i < count; i++) {
    oracle.announcements.enter(publishers[i % publishers.length] as Host, oracle.anyId(chance))
    world.advance(PACE_MS)
  }
  world.advance(STANDING_MS)
  const fresh = oracle.announcements.keys.slice(before)
  scenario.figure({
    name: `${name}values that stand a minute after they were entered`,
    value: shareOf(fresh, (key) => oracle.announcements.expected(key).length > 0),
    unit: 'share',
    atLeast: 1,
    samples: fresh.length,
  })
}
