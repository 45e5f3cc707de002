// The laws of states and of steps in every honest core (SIM-S7), and of what it sends (SIM-S9).

import type { Finding, Invariant } from './invariant.ts'
import { stateViolations } from './state-laws.ts'
import { changeViolations, sendViolations } from './step-laws.ts'

/** All invariants of all parts, after every step, and once more of everybody at the end. */
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
