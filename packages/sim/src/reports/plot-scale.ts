// From values to pixels, with ticks at round numbers.

export interface PlotScale {
  readonly least: number
  readonly most: number
  /** Round values from `least` to `most`, both included. */
  readonly ticks: readonly number[]
  /** Where a value stands, pixels. */
  place(value: number): number
}

/** Ticks wanted on an axis: ours; there are between half and twice as many. */
const TICKS = 6

/**
 * @param range - values to be seen, widened to round numbers
 * @param pixels - where the least and the most stand
 */
export function plotScale(
  range: { readonly least: number; readonly most: number },
  pixels: { readonly from: number; readonly to: number },
): PlotScale {
  const span = range.most - range.least
  const step = roundStep((span > 0 ? span : 1) / TICKS)
  const first = Math.floor(range.least / step + 1e-9)
  const last = Math.max(first + 1, Math.ceil(range.most / step - 1e-9))
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => tidy((first + i) * step))
  const [least, most] = [ticks[0] as number, ticks.at(-1) as number]
  const perUnit = (pixels.to - pixels.from) / (most - least)
  return { least, most, ticks, place: (value) => pixels.from + (value - least) * perUnit }
}

/** 1, 2 or 5 times a power of ten, at least `step`. */
function roundStep(step: number): number {
  let power = 1
  while (power > step) power /= 10
  while (power * 10 <= step) power *= 10
  const digit = [1, 2, 5].find((each) => each * power >= step - 1e-12)
  return (digit ?? 10) * power
}

/** Takes off what a double adds to a tenth. */
function tidy(value: number): number {
  return Math.round(value * 1e9) / 1e9
}
