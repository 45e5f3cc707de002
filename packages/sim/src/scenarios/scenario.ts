// A scenario builds worlds, lets them live, and says what it has found. What was wanted of each
// figure stands in the scenario's own file, with where it comes from.

import type { Checker } from '../invariants/checker.ts'
import type { LatencyName } from '../network/latency/latencies.ts'
import type { Report } from '../reports/report.ts'
import type { World } from '../world.ts'

export interface ScenarioSettings {
  readonly nodes: number
  /** Virtual time after the network stands, hours; fractions are allowed. */
  readonly hours: number
  readonly seed: number | string
  /** What else can be set, by name: numbers of at least 0; undefined: see its help. */
  readonly extras: Readonly<Record<string, number | undefined>>
  /** How far apart hosts are, by name. Default: the scenario's own. */
  readonly latency?: LatencyName
  /** Whether datagrams are written and read, as of `WorldOptions`. Default true. */
  readonly encoded?: boolean
}

/** Told now and then how far a scenario is; must not touch the world. */
export interface Progress {
  /** @param share - 0 to 1 */
  update(share: number, what: string, world: World): void
}

/** Who looks on. */
export interface ScenarioObservers {
  readonly progress?: Progress
  /** Makes the checkers of one world. Default: none. */
  readonly checkers?: () => readonly Checker[]
}

export interface Scenario {
  readonly name: string
  /** One line for the list of scenarios. */
  readonly summary: string
  /** Chosen so that a run takes a minute or two; `extras` names all there are. */
  readonly defaults: ScenarioSettings
  /** Fewest nodes with which its figures mean anything. */
  readonly leastNodes: number
  /** What each of the extras is, with its unit. */
  readonly extraHelp: Readonly<Record<string, string>>
  /** @throws {SimError} `ERR_DHT_SIM_ARGUMENT` for settings that can't be used */
  run(settings?: Partial<ScenarioSettings>, observers?: ScenarioObservers): Report
}

/** For whoever does not care how far it is. */
export const NO_PROGRESS: Progress = Object.freeze({ update: () => {} })
