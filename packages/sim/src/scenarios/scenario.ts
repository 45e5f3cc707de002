// The interface of a scenario. A scenario creates worlds, lets time pass in them, and reports
// figures. What is wanted of each figure, and why, is at the head of the scenario's own file.

import type { Checker } from '../invariants/checker.ts'
import type { LatencyName } from '../network/latency/latencies.ts'
import type { Figure, Report } from '../reports/report.ts'
import type { World } from '../world.ts'

export interface ScenarioSettings {
  readonly nodes: number
  /** Virtual time after the network has grown, hours; fractions are allowed. */
  readonly hours: number
  readonly seed: number | string
  /** The scenario's own options, by name: numbers of at least 0. Undefined: see its help. */
  readonly extras: Readonly<Record<string, number | undefined>>
  /** Latency by name. Default: the scenario's own. */
  readonly latency?: LatencyName
  /** Whether messages are encoded, as in `WorldOptions`. Default true. */
  readonly encoded?: boolean
}

/** Notified now and then of how far a scenario is. It must not change the world. */
export interface Progress {
  /** @param share - 0 to 1 */
  update(share: number, what: string, world: World): void
  /** A part of a long scenario is over, with these figures. The report will have them again. */
  partEnded?(figures: readonly Figure[]): void
}

/** What a caller can add to a run, to watch it. */
export interface ScenarioObservers {
  readonly progress?: Progress
  /** Creates the checkers of one world. Default: none. */
  readonly checkers?: () => readonly Checker[]
  /** Called with each world before anything happens in it, to record it for example. */
  readonly prepare?: (world: World) => void
}

export interface Scenario {
  readonly name: string
  /** One line for the list of scenarios. */
  readonly summary: string
  /** Chosen so that a run takes a minute or two. `extras` names all options of its own. */
  readonly defaults: ScenarioSettings
  /** Fewest nodes with which its figures have a meaning. */
  readonly leastNodes: number
  /** What each of its own options means, with the unit. */
  readonly extraHelp: Readonly<Record<string, string>>
  /** @throws {SimError} `ERR_DHT_SIM_ARGUMENT` for settings that can't be used */
  run(settings?: Partial<ScenarioSettings>, observers?: ScenarioObservers): Report
}

/** For callers that need no progress. */
export const NO_PROGRESS: Progress = Object.freeze({ update: () => {} })
