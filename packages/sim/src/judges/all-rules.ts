// Every rule that holds in every world, whatever its faults and enemies: safety.

import type { Chance } from '../chance.ts'
import { Deadlines } from './deadlines.ts'
import { Evidence } from './evidence.ts'
import { invariants } from './invariants.ts'
import { Isolation } from './isolation.ts'
import type { Rule } from './rule.ts'
import { Soundness } from './soundness.ts'
import { TrafficBounds } from './traffic-bounds.ts'

/** @param chance - of the judges' own: never the world's, lest judging change what is judged */
export function allRules(chance: Chance, isolationShare?: number): readonly Rule[] {
  const share = isolationShare === undefined ? {} : { share: isolationShare }
  return [
    invariants(),
    new Evidence(),
    new Deadlines(),
    new Soundness(),
    new TrafficBounds(),
    new Isolation({ chance, ...share }),
  ]
}
