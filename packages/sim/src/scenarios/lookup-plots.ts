// What is shown of lookups everywhere: hops, questions, and time in round trips.

import type { LookupMeasure } from '../oracle/lookup-log.ts'
import type { BarPlot, Limit, Plot } from '../reports/report.ts'
import { roundWidth, Sample } from '../reports/sample.ts'

/** Mean round trip of the default network, ms: 10 to 40 ms each way, each as likely. */
export const ROUND_TRIP_MS = 50

/** Lookups under one name. */
export interface LookupSet {
  readonly name: string
  readonly measures: readonly LookupMeasure[]
}

/** Durations in round trips. */
export function roundTrips(measures: readonly LookupMeasure[]): Sample {
  return new Sample(measures.map(({ durationMs }) => durationMs / ROUND_TRIP_MS))
}

/** Narrow enough to see something, wide enough that few lie beyond the last bin. */
function timeWidth(sets: readonly LookupSet[]): number {
  const slow = sets.map(({ measures }) => roundTrips(measures).quantile(0.99))
  return roundWidth(Math.max(0, ...slow.filter(Number.isFinite)) / 40)
}

/** @param limits - vertical lines, for whichever of the plots */
export function lookupPlots(
  sets: readonly LookupSet[],
  limits: { readonly hops?: Limit; readonly queries?: Limit; readonly roundTrips?: Limit } = {},
): Plot[] {
  const bars = (
    what: Pick<BarPlot, 'name' | 'unit' | 'binWidth'>,
    sampleOf: (measures: readonly LookupMeasure[]) => Sample,
    limit: Limit | undefined,
  ): BarPlot => ({
    kind: 'bars',
    ...what,
    sets: sets.map(({ name, measures }) => ({
      name,
      counts: sampleOf(measures).counts(what.binWidth),
    })),
    limits: limit === undefined ? [] : [limit],
  })
  return [
    bars(
      { name: 'Hops per lookup', unit: 'hops', binWidth: 1 },
      (measures) => new Sample(measures.map(({ hops }) => hops)),
      limits.hops,
    ),
    bars(
      { name: 'Questions per lookup', unit: 'questions', binWidth: 1 },
      (measures) => new Sample(measures.map(({ queries }) => queries)),
      limits.queries,
    ),
    bars(
      { name: 'Time per lookup', unit: 'round trips', binWidth: timeWidth(sets) },
      roundTrips,
      limits.roundTrips,
    ),
  ]
}
