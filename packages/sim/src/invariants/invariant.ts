// The interface of one invariant. It returns what is wrong as text that begins with the id of the
// violated property. It keeps only what it must remember of each process.

import type { World } from '../world.ts'
import type { WorldEvent } from '../world-event.ts'
import type { CoreStep } from './core-step.ts'

/** What an invariant found at the end, and where. */
export interface Finding {
  /** `PROPERTY: what was seen`. */
  readonly text: string
  readonly host?: number
}

export interface Invariant {
  readonly name: string
  /** Called after every step of an honest core. @returns what is wrong */
  afterStep?(step: CoreStep): readonly string[]
  /** Called after every other event: starts and ends of hosts, actions, losses. */
  afterEvent?(world: World, event: WorldEvent): readonly string[]
  atEnd?(world: World): readonly Finding[]
}
