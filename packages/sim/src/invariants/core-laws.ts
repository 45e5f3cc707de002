// The invariant that the state of every honest core, every change of it, and everything it sends
// obey their laws (SIM-S7, SIM-S9).

import type { Finding, Invariant } from './invariant.ts'
import { stateViolations } from './state-laws.ts'
import { changeViolations, sendViolations } from './step-laws.ts'

/** Checks all laws after every step, and the states of all cores again at the end. */
export function coreLaws(): Invariant {
  return {
    name: 'invariants',
    afterStep: (step) => [
      ...(step.after === undefined ? [] : stateViolations(step.after, step.before)),
      ...sendViolations(step),
      ...changeViolations(step),
    ],
    atEnd: (world) =>
      world.hosts.flatMap(({ core, number, now }): Finding[] => {
        const found = core === undefined ? [] : stateViolations(core.inspect(now))
        return found.map((text) => ({ text, host: number }))
      }),
  }
}
