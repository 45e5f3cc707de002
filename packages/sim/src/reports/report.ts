// What a scenario found, as plain data: the table, the JSON file and the page with plots are made
// of this and of nothing else.

import type { Violation } from '../invariants/checker.ts'
import type { LatencyName } from '../network/latency/latencies.ts'

/** A figure and what was wanted of it. */
export interface Figure {
  readonly name: string
  readonly value: number
  /** `share`, `hops`, `questions`, `round trips`, … ; shares are 0 to 1. */
  readonly unit: string
  readonly atMost?: number
  readonly atLeast?: number
  /** What it rests on: measurements behind it. */
  readonly samples?: number
}

/** A value that a plot is held against. */
export interface Limit {
  readonly name: string
  readonly value: number
}

export interface Line {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

/** Lines over time or over anything else. */
export interface LinePlot {
  readonly kind: 'lines'
  readonly name: string
  readonly xUnit: string
  readonly yUnit: string
  readonly lines: readonly Line[]
  /** Horizontal lines. */
  readonly limits?: readonly Limit[]
  /** Vertical lines: what happened when. */
  readonly marks?: readonly Limit[]
}

/** How often values were seen. */
export interface BarPlot {
  readonly kind: 'bars'
  readonly name: string
  readonly unit: string
  /** Width of every bin, in that unit. */
  readonly binWidth: number
  readonly sets: readonly {
    readonly name: string
    /** Counts of the bins from 0 on. */
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
  /** Whether datagrams were written and read. The trace says less of those that were not. */
  readonly encoded: boolean
  /** How far apart hosts are, by name; undefined: as the scenario has it. */
  readonly latency?: LatencyName
  /** What else could be set, by name; undefined: it was not. */
  readonly extras: Readonly<Record<string, number | undefined>>
  /** Whether every figure is as wanted and no checker has seen anything. */
  readonly passed: boolean
  readonly figures: readonly Figure[]
  readonly plots: readonly Plot[]
  readonly violations: readonly Violation[]
  /** Sentences for people: what was assumed, how thresholds were found, what broke first. */
  readonly notes: readonly string[]
  readonly traceHash: string
  readonly events: number
  /** Virtual time that has passed, ms; of several worlds, that of all together. */
  readonly virtualMs: number
}

/** Whether a figure is as wanted; one without a measurement behind it never is. */
export function isAsWanted({ value, atMost, atLeast }: Figure): boolean {
  if (Number.isNaN(value)) return false
  return (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast)
}
