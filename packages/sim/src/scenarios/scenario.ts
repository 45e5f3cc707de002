// A scenario builds a world, lets it live, and says what it has found.

import type { Report } from '../reports/report.ts'
import type { World } from '../world.ts'

export interface ScenarioSettings {
  readonly nodes: number
  /** Virtual time after the network stands, hours. */
  readonly hours: number
  readonly seed: number | string
}

/** Told now and then how far a scenario is; must not touch the world. */
export interface Progress {
  /** @param share - 0 to 1 */
  tell(share: number, what: string, world: World): void
}

export interface Scenario {
  readonly name: string
  /** One line for the list of scenarios. */
  readonly summary: string
  readonly defaults: ScenarioSettings
  run(settings: ScenarioSettings, progress: Progress): Report
}

/** For whoever does not care how far it is. */
export const NO_PROGRESS: Progress = Object.freeze({ tell: () => {} })
