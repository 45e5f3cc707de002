// Maps values to pixels, with ticks at round numbers.

export interface PlotScale {
  readonly least: number
  readonly most: number
  /** Round values from `least` to `most`. */
  readonly ticks: readonly number[]
  /** The position of a value, pixels. */
  place(value: number): number
}

/** Wanted number of ticks. Our choice: an axis has half to twice as many. */
const TICKS = 6
/** Allowed error of a double, in steps. */
const SLACK = 1e-9

/**
 * @param range - values to be shown, extended to round numbers unless `isTight`
 * @param pixels - positions of the least and of the most
 */
export function plotScale(
  range: {
    readonly least: number
    readonly most: number
    readonly isTight?: boolean
    /** Least distance of two ticks: 1 if only whole numbers have a meaning. */
    readonly leastStep?: number
  },
  pixels: { readonly from: number; readonly to: number },
): PlotScale {
  const { isTight = false, leastStep = 0 } = range
  const span = range.most - range.least
  const step = Math.max(leastStep, roundStep((span > 0 ? span : 1) / TICKS))
  const [low, high] = [range.least / step, range.most / step]
  const first = isTight ? Math.ceil(low - SLACK) : Math.floor(low + SLACK)
  const last = isTight ? Math.floor(high + SLACK) : Math.max(first + 1, Math.ceil(high - SLACK))
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => tidy((first + i) * step))
  const least = isTight ? range.least : (ticks[0] as number)
  const most = isTight ? Math.max(range.most, least + step) : (ticks.at(-1) as number)
  const perUnit = (pixels.to - pixels.from) / (most - least)
  return { least, most, ticks, place: (value) => pixels.from + (value - least) * perUnit }
}

/** 1, 2 or 5 times a power of ten, at least `step`. */
function roundStep(step: number): number {
  let power = 1
  while (power > step) power /= 10
  while (power * 10 <= step) power *= 10
  const digit = [1, 2, 5].find((each) => each * power >= step * (1 - SLACK))
  return (digit ?? 10) * power
}

/** Removes the error of a double, for example of 0.1 + 0.2. */
function tidy(value: number): number {
  return Math.round(value * 1e9) / 1e9
}
