// The interface of a checker, which watches a world and reports violations of properties. A checker
// never changes what it watches.

import type { World } from '../world.ts'
import type { WorldEvent } from '../world-event.ts'

/** A property that was violated, and where. */
export interface Violation {
  /** Id of the property, such as `SIM-S10`. */
  readonly property: string
  /** Instant of the world, ms. */
  readonly at: number
  /** Number of the host; undefined: the world as a whole. */
  readonly host: number | undefined
  readonly seen: string
}

export interface Checker {
  readonly name: string
  /** Called after every event. */
  afterEvent?(world: World, event: WorldEvent): void
  atEnd?(world: World): void
  /** The violations so far. A checker keeps the first ones and counts the others. */
  readonly violations: readonly Violation[]
}
