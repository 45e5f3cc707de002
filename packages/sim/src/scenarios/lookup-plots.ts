// The plots of lookups that scenarios share: hops, queries, and time in round trips.

import type { LookupMeasure } from '../oracle/lookup-log.ts'
import type { BarPlot, Limit, Plot } from '../reports/report.ts'
import { roundWidth, Sample } from '../reports/sample.ts'

/** Lookups with a common name in plots. */
export interface LookupSet {
  readonly name: string
  readonly measures: readonly LookupMeasure[]
}

/** Durations in round trips. @param roundTripMs - the network's median, ms */
export function roundTrips(measures: readonly LookupMeasure[], roundTripMs: number): Sample {
  return new Sample(measures.map(({ durationMs }) => durationMs / roundTripMs))
}

/** A width of bins that shows details but leaves few values beyond the last bin. */
function timeWidth(sets: readonly LookupSet[], roundTripMs: number): number {
  const slow = sets.map(({ measures }) => roundTrips(measures, roundTripMs).quantile(0.99))
  return roundWidth(Math.max(0, ...slow.filter(Number.isFinite)) / 40)
}

/** @param roundTripMs - the network's median, ms @param limits - vertical lines in the plots */
export function lookupPlots(
  sets: readonly LookupSet[],
  roundTripMs: number,
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
      { name: 'Queries per lookup', unit: 'queries', binWidth: 1 },
      (measures) => new Sample(measures.map(({ queries }) => queries)),
      limits.queries,
    ),
    bars(
      { name: 'Time per lookup', unit: 'round trips', binWidth: timeWidth(sets, roundTripMs) },
      (measures) => roundTrips(measures, roundTripMs),
      limits.roundTrips,
    ),
  ]
}
