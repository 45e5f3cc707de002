// Many measurements of one value, and the numbers that summarize them. Without measurements each
// summary is NaN, so that a figure without measurements never passes.

/**
 * Maximum number of bins of a histogram. Our choice. The last bin also counts all larger values.
 */
const MAX_BINS = 60

export class Sample {
  readonly #values: number[]

  constructor(values: Iterable<number>) {
    this.#values = [...values].sort((a, b) => a - b)
  }

  get size(): number {
    return this.#values.length
  }

  get sum(): number {
    return this.#values.reduce((sum, value) => sum + value, 0)
  }

  get mean(): number {
    return this.sum / this.size
  }

  get most(): number {
    return this.#values.at(-1) ?? Number.NaN
  }

  get least(): number {
    return this.#values[0] ?? Number.NaN
  }

  /**
   * The least value that at least that share of values does not exceed. @param share - above 0, up
   * to 1
   */
  quantile(share: number): number {
    return this.#values[Math.ceil(share * this.size) - 1] ?? Number.NaN
  }

  /** Counts per bin of that width, from 0 on. */
  counts(binWidth: number): number[] {
    const counts: number[] = []
    for (const value of this.#values) {
      const bin = Math.min(MAX_BINS - 1, Math.floor(value / binWidth))
      while (counts.length <= bin) counts.push(0)
      counts[bin] = (counts[bin] as number) + 1
    }
    return counts
  }
}

/** 1, 2 or 5 times a power of ten, at least `width` and at least 0.1, as a width of bins. */
export function roundWidth(width: number): number {
  for (let tenths = 1; ; tenths *= 10) {
    for (const digit of [1, 2, 5]) if (digit * tenths >= 10 * width) return (digit * tenths) / 10
  }
}

/** Share of items for which `holds` is true; NaN if there are no items. */
export function shareOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length / items.length
}

/** The mean of each time span with measurements, as a point in the middle of the span. */
export function meansOverTime(
  measures: Iterable<{ readonly at: number; readonly value: number }>,
  { fromMs, everyMs, unitMs }: { fromMs: number; everyMs: number; unitMs: number },
): (readonly [number, number])[] {
  const spans = new Map<number, { sum: number; count: number }>()
  for (const { at, value } of measures) {
    const span = Math.floor((at - fromMs) / everyMs)
    const seen = spans.get(span) ?? { sum: 0, count: 0 }
    spans.set(span, { sum: seen.sum + value, count: seen.count + 1 })
  }
  return [...spans]
    .sort(([a], [b]) => a - b)
    .map(([span, { sum, count }]) => [((span + 0.5) * everyMs) / unitMs, sum / count] as const)
}
