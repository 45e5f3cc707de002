// One thing that a checker looks at. Rules say what is wrong in words that begin with the property's
// id; each keeps the little that it must remember of every process.

import type { World } from '../world.ts'
import type { WorldEvent } from '../world-event.ts'
import type { CoreStep } from './core-step.ts'

/** What a invariant found at the end, and where. */
export interface Finding {
  /** `PROPERTY: what was seen`. */
  readonly text: string
  readonly host?: number
}

export interface Invariant {
  readonly name: string
  /** After every step of an honest core. @returns what is wrong with it */
  afterStep?(step: CoreStep): readonly string[]
  /** After everything that is no step of a core: comings and goings, actions, losses. */
  afterEvent?(world: World, event: WorldEvent): readonly string[]
  atEnd?(world: World): readonly Finding[]
}
