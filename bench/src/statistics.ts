// Medians: on a shared machine one slow round must not move a figure.

/** The middle of the values; of an even number of them the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** The median of the ratios a[i] / b[i]: both of one round saw the same machine. */
export function medianRatio(a: readonly number[], b: readonly number[]): number {
  return median(ratios(a, b))
}

/** The ratios a[i] / b[i]. */
export function ratios(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value / (b[i] ?? Number.NaN))
}

/**
 * A 95 % confidence interval of the median of what the values were drawn from, whatever their
 * distribution: each value lies below that median with probability 1/2. At least 6 values.
 */
export function medianInterval(values: readonly number[]): { from: number; to: number } {
  const sorted = [...values].sort((a, b) => a - b)
  const count = sorted.length
  let outside = 0
  let probability = 0.5 ** count
  let least = 0
  for (let below = 0; below < count / 2; below++) {
    outside += probability
    if (outside > 0.025) break
    least = below
    probability *= (count - below) / (below + 1)
  }
  return { from: sorted[least] ?? Number.NaN, to: sorted[count - 1 - least] ?? Number.NaN }
}
