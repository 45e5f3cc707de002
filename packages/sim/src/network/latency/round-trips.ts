// Unequal round trips: log-normal, with a median of 80 ms and a 95th percentile of 400 ms, at most
// 3 s. The distribution is a table of quantiles. Reading it needs only additions, multiplications
// and divisions, so that every engine computes the same instant.

/** Longest round trip, ms. Our choice: 1 of 9,400 of the distribution would be longer. */
export const MAX_ROUND_TRIP_MS = 3_000

const MEDIAN_MS = 80
/** A log-normal distribution is symmetric about its median: q(1 - p) is the square over q(p). */
const MEDIAN_SQUARED = MEDIAN_MS * MEDIAN_MS

/** Percentiles 50 to 99 in steps of 1, ms. */
const PERCENTILES = [
  80.0, 82.0, 84.0, 86.1, 88.3, 90.5, 92.7, 95.1, 97.5, 100.0, 102.5, 105.1, 107.9, 110.7, 113.6,
  116.6, 119.8, 123.0, 126.4, 130.0, 133.6, 137.5, 141.5, 145.7, 150.1, 154.8, 159.7, 164.8, 170.3,
  176.1, 182.3, 188.9, 195.9, 203.5, 211.7, 220.6, 230.2, 240.8, 252.6, 265.6, 280.3, 297.1, 316.3,
  339.0, 366.3, 400.0, 443.6, 503.9, 596.8, 779.2,
]
/** Percentiles 99.0 to 99.9 in steps of 0.1, ms. */
const TENTHS = [779.2, 809.7, 844.8, 885.7, 934.6, 994.7, 1071.7, 1176.9, 1337.0, 1645.4]
/** Percentiles 99.90 to 99.99 in steps of 0.01, ms. The last one would be 3,044. */
const HUNDREDTHS = [
  1645.4,
  1696.3,
  1754.6,
  1822.4,
  1903.0,
  2001.6,
  2127.3,
  2297.9,
  2555.2,
  MAX_ROUND_TRIP_MS,
]

/**
 * The quantile of a share of all round trips, ms, with linear interpolation in the table.
 *
 * The shape is that of round trips measured between hosts all over the Internet: most are short,
 * few are long, and their logarithms are about normal. The two parameters are our choice: a median
 * as between continents, and a tail as over mobile networks and full buffers.
 *
 * @param share - 0 to 1
 * @returns 2.1 to 3,000
 */
export function roundTripMs(share: number): number {
  if (share < 0.5) return MEDIAN_SQUARED / upperMs(share)
  return upperMs(1 - share)
}

/** @param tail - share of longer round trips, 0 to 0.5 */
function upperMs(tail: number): number {
  if (tail >= 0.01) return between(PERCENTILES, (0.5 - tail) * 100)
  if (tail >= 0.001) return between(TENTHS, (0.01 - tail) * 1_000)
  return between(HUNDREDTHS, (0.001 - tail) * 10_000)
}

/** @param position - at least 0; beyond the last entry the result is the last entry */
function between(table: readonly number[], position: number): number {
  const last = table.length - 1
  if (position >= last) return table[last] as number
  const index = Math.floor(position)
  const [low, high] = [table[index] as number, table[index + 1] as number]
  return low + (high - low) * (position - index)
}
