// The invariants that hold in every world, with any faults and adversaries.

import type { Chance } from '../chance.ts'
import { coreLaws } from './core-laws.ts'
import { Deadlines } from './deadlines.ts'
import { Evidence } from './evidence.ts'
import type { Invariant } from './invariant.ts'
import { Isolation } from './isolation.ts'
import { ItemSoundness } from './items.ts'
import { Soundness } from './soundness.ts'
import { TrafficBounds } from './traffic-bounds.ts'

/**
 * @param chance - random stream of the checker. Not the world's: a check must not change the run
 */
export function allInvariants(chance: Chance, isolationShare?: number): readonly Invariant[] {
  const share = isolationShare === undefined ? {} : { share: isolationShare }
  return [
    coreLaws(),
    new Evidence(),
    new Deadlines(),
    new Soundness(),
    new ItemSoundness(),
    new TrafficBounds(),
    new Isolation({ chance, ...share }),
  ]
}
