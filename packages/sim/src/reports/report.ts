// What a scenario found, as plain data. The table, the JSON file and the HTML page are made of this
// only.

import type { Violation } from '../invariants/checker.ts'
import type { LatencyName } from '../network/latency/latencies.ts'

/** A measured value, and what was wanted of it. */
export interface Figure {
  readonly name: string
  readonly value: number
  /** `share`, `hops`, `queries`, `round trips`, … ; shares are 0 to 1. */
  readonly unit: string
  readonly atMost?: number
  readonly atLeast?: number
  /**
   * Whether the bounds are a goal that is not reached yet: a miss is shown, and does not fail the
   * run. Default false.
   */
  readonly isGoalOnly?: boolean
  /** Number of measurements behind the value. */
  readonly samples?: number
}

/** A named value that is shown as a line in a plot. */
export interface Limit {
  readonly name: string
  readonly value: number
}

export interface Line {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

/** Lines over time, or over any other value. */
export interface LinePlot {
  readonly kind: 'lines'
  readonly name: string
  readonly xUnit: string
  readonly yUnit: string
  readonly lines: readonly Line[]
  /** Horizontal lines. */
  readonly limits?: readonly Limit[]
  /** Vertical lines: when something happened. */
  readonly marks?: readonly Limit[]
}

/** A histogram. */
export interface BarPlot {
  readonly kind: 'bars'
  readonly name: string
  readonly unit: string
  /** Width of each bin, in that unit. */
  readonly binWidth: number
  readonly sets: readonly {
    readonly name: string
    /** Counts of the bins, from value 0 on. */
    readonly counts: readonly number[]
  }[]
  /** Vertical lines. */
  readonly limits?: readonly Limit[]
}

export type Plot = LinePlot | BarPlot

export interface Report {
  readonly scenario: string
  /** What the scenario is about, in one line. */
  readonly summary: string
  readonly nodes: number
  readonly hours: number
  readonly seed: number | string
  /** Whether messages were encoded. The trace contains less of unencoded ones. */
  readonly encoded: boolean
  /** Latency by name; undefined: the scenario's own. */
  readonly latency?: LatencyName
  /** The scenario's own options, by name; undefined: not given. */
  readonly extras: Readonly<Record<string, number | undefined>>
  /** Whether every figure is as wanted or a mere goal, and no checker has found a violation. */
  readonly passed: boolean
  readonly figures: readonly Figure[]
  readonly plots: readonly Plot[]
  readonly violations: readonly Violation[]
  /** Sentences for people: assumptions, sources of thresholds, what broke first. */
  readonly notes: readonly string[]
  readonly traceHash: string
  readonly events: number
  /** Virtual time that has passed in all worlds together, ms. */
  readonly virtualMs: number
}

/** Whether a figure is as wanted. A figure without measurements never is. */
export function isAsWanted({ value, atMost, atLeast }: Figure): boolean {
  if (Number.isNaN(value)) return false
  return (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast)
}
