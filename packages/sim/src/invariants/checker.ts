// A checker watches a world and says what should not have been. Judges never touch what they watch.

import type { World } from '../world.ts'
import type { WorldEvent } from '../world-event.ts'

/** Something that must not be, and where it was seen. */
export interface Violation {
  /** The property's name, such as `SIM-S10`. */
  readonly property: string
  /** Instant of the world, ms. */
  readonly at: number
  /** The host concerned; undefined: the world as a whole. */
  readonly host: number | undefined
  readonly seen: string
}

export interface Checker {
  readonly name: string
  /** Told of everything that happens, right after it. */
  afterEvent?(world: World, event: WorldEvent): void
  atEnd?(world: World): void
  /** What it has found so far; checkers keep the first of them and count the rest. */
  readonly violations: readonly Violation[]
}
