// Publishes identities for other nodes to look up. A figure shows that they were stored: a lookup
// of an identity that no node stores would count as successful.

import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import type { Oracle } from '../oracle/oracle.ts'
import { shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import type { ScenarioRun } from './scenario-run.ts'

/** Time after the last announcement until all are stored, with a margin, ms. */
const STANDING_MS = 60_000
/** Time between two announcements, ms. */
const PACE_MS = 50

/** Makes hosts publish `count` identities, one after the other, and waits until they are stored. */
export function announceKeys(
  scenario: ScenarioRun,
  { world, oracle }: { readonly world: World; readonly oracle: Oracle },
  what: {
    readonly count: number
    readonly publishers: readonly Host[]
    readonly chance: Chance
    /** Text before the figure's name. */
    readonly name?: string
  },
): void {
  const { count, publishers, chance, name = '' } = what
  const before = oracle.announcements.keys.length
  for (let i = 0; i < count; i++) {
    oracle.announcements.announce(publishers[i % publishers.length] as Host, oracle.anyId(chance))
    world.advance(PACE_MS)
  }
  world.advance(STANDING_MS)
  const fresh = oracle.announcements.keys.slice(before)
  scenario.figure({
    name: `${name}values stored a minute after they were announced`,
    value: shareOf(fresh, (key) => oracle.announcements.expected(key).length > 0),
    unit: 'share',
    atLeast: 1,
    samples: fresh.length,
  })
}
