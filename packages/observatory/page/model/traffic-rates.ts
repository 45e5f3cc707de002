// Rates made from totals: the node tells totals once a second, the page shows what changed.

import type { Traffic } from '../../src/protocol.ts'

/** Two minutes of totals. */
export const MOST_SAMPLES = 121

export interface TrafficSample {
  readonly at: number
  readonly traffic: Traffic
}

export interface MethodRow {
  readonly method: string
  readonly received: number
  readonly sent: number
  /** A second, over the last ten seconds. */
  readonly receivedRate: number
  readonly sentRate: number
}

/** Of samples that are nearer to one another than this, the later one replaces the former. */
const LEAST_GAP_MS = 500

/** Adds a sample, and drops what is older than two minutes or of the future (after a jump back). */
export function withSample(
  samples: readonly TrafficSample[],
  sample: TrafficSample,
): TrafficSample[] {
  const kept = samples.filter(({ at }) => {
    return at <= sample.at - LEAST_GAP_MS && at >= sample.at - 120_000
  })
  return [...kept, sample].slice(-MOST_SAMPLES)
}

const RATE_SPAN_MS = 10_000

/** How much a total grew per second over the last ten seconds. */
export function rateOf(
  samples: readonly TrafficSample[],
  totalOf: (traffic: Traffic) => number,
): number {
  const last = samples.at(-1)
  if (last === undefined) return 0
  const first = samples.find(({ at }) => at >= last.at - RATE_SPAN_MS) ?? last
  const seconds = (last.at - first.at) / 1000
  if (seconds <= 0) return 0
  return Math.max(0, totalOf(last.traffic) - totalOf(first.traffic)) / seconds
}

/** Growth per second between one sample and the next, oldest first. */
export function ratesOverTime(
  samples: readonly TrafficSample[],
  totalOf: (traffic: Traffic) => number,
): number[] {
  return samples.slice(1).map(({ at, traffic }, index) => {
    const former = samples[index] as TrafficSample
    const grown = totalOf(traffic) - totalOf(former.traffic)
    return Math.max(0, grown) / Math.max(0.001, (at - former.at) / 1000)
  })
}

/** A row for each method, by name; `unknown` last. */
export function methodRows(samples: readonly TrafficSample[]): MethodRow[] {
  const last = samples.at(-1)?.traffic
  if (last === undefined) return []
  const methods = new Set([...Object.keys(last.received), ...Object.keys(last.sent)])
  return [...methods]
    .sort((a, b) => Number(a === 'unknown') - Number(b === 'unknown') || (a < b ? -1 : 1))
    .map((method) => ({
      method,
      received: ownNumber(last.received, method),
      sent: ownNumber(last.sent, method),
      receivedRate: rateOf(samples, ({ received }) => ownNumber(received, method)),
      sentRate: rateOf(samples, ({ sent }) => ownNumber(sent, method)),
    }))
}

/** A total by name; 0 when the node does not have it. */
export function ownNumber(record: Readonly<Record<string, number>>, name: string): number {
  return Object.hasOwn(record, name) ? (record[name] as number) : 0
}
