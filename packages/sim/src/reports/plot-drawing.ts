// Draws a plot as SVG: lines over time, or bars of a histogram.

import { formatNumber, formatShare } from './format-value.ts'
import { escapeMarkup, markup } from './markup.ts'
import { framed, limitAcross, limitDown, type PlotFrame, plotFrame } from './plot-frame.ts'
import type { BarPlot, Line, LinePlot, Plot } from './report.ts'

/** A line with more points than this has no dots. Our choice. */
const MOST_DOTS = 60

/** @returns an `svg` element, whose classes the page styles */
export function plotDrawing(plot: Plot): string {
  return plot.kind === 'lines' ? lineDrawing(plot) : barDrawing(plot)
}

function lineDrawing({ name, xUnit, yUnit, lines, limits = [], marks = [] }: LinePlot): string {
  const points = lines.flatMap((line) => line.points)
  const xs = [...points.map(([x]) => x), ...marks.map(({ value }) => value)]
  const ys = [...points.map(([, y]) => y), ...limits.map(({ value }) => value)]
  const isShare = yUnit === 'share'
  const write = isShare ? formatShare : formatNumber
  const x = { ...rangeOf(xs), unit: xUnit, isTight: true }
  // An axis of shares close to 1 starts near the lowest value, every other axis at 0.
  const low = isShare && Math.min(...ys) >= 0.9 ? Math.min(...ys, 0.99) : 0
  const high = Math.max(...ys, isShare ? 1 : Number.NEGATIVE_INFINITY)
  const y = { least: Math.min(low, ...ys), most: high, unit: isShare ? 'share' : yUnit, write }
  const frame = plotFrame(x, y)
  return framed(frame, { name, x, y }, [
    ...lines.map((line, index) => drawnLine(frame, line, { index, write })),
    ...limits.map((limit) => limitAcross(frame, limit)),
    ...marks.map((mark, index) => limitDown(frame, mark, { kind: 'mark', index })),
  ])
}

function drawnLine(
  { x, y }: PlotFrame,
  { name, points }: Line,
  { index, write }: { readonly index: number; readonly write: (value: number) => string },
): string {
  const places = points.map(([px, py]) => `${fixed(x.place(px))},${fixed(y.place(py))}`)
  const line = markup('polyline', { class: `line s${index}`, points: places.join(' ') })
  if (points.length > MOST_DOTS) return line
  const dots = points.map(([px, py]) => {
    const says = `${name}: ${write(py)} at ${formatNumber(px)}`
    const dot = { class: `dot s${index}`, cx: x.place(px), cy: y.place(py), r: 2.5 }
    return markup('circle', dot, markup('title', {}, escapeMarkup(says)))
  })
  return line + dots.join('')
}

function barDrawing({ name, unit, binWidth, sets, limits = [] }: BarPlot): string {
  const bins = Math.max(1, ...sets.map(({ counts }) => counts.length))
  const shares = sets.map(({ counts }) => {
    const total = counts.reduce((sum, count) => sum + count, 0)
    return counts.map((count) => count / Math.max(1, total))
  })
  // A bar of counts is centred on its number. A bar of measurements stands between two numbers.
  const shift = binWidth === 1 ? -0.5 : 0
  const most = Math.max(bins * binWidth + shift, ...limits.map(({ value }) => value * 1.05))
  const x = { least: shift, most, unit, isTight: true, leastStep: binWidth === 1 ? 1 : 0 }
  const y = { least: 0, most: Math.max(0.01, ...shares.flat()), unit: 'share', write: formatShare }
  const frame = plotFrame(x, y)
  const bars = shares.flatMap((set, index) => {
    return set.map((share, bin) => {
      if (share === 0) return ''
      return bar(frame, { share, bin, binWidth, shift, index, sets: sets.length })
    })
  })
  return framed(frame, { name, x, y }, [
    ...bars,
    ...limits.map((limit, index) => limitDown(frame, limit, { kind: 'limit', index })),
  ])
}

function bar(
  { x, y, floor }: PlotFrame,
  what: {
    readonly share: number
    readonly bin: number
    readonly binWidth: number
    readonly shift: number
    readonly index: number
    readonly sets: number
  },
): string {
  const { share, bin, binWidth, shift, index, sets } = what
  const from = bin * binWidth
  const whole = x.place(from + binWidth) - x.place(from)
  const width = Math.max(0.5, (whole * 0.9) / sets)
  const top = y.place(share)
  const box = {
    class: `bar s${index}`,
    x: x.place(from + shift) + whole * 0.05 + index * width,
    y: top,
    width,
    height: floor - top,
  }
  const range =
    binWidth === 1
      ? formatNumber(from)
      : `${formatNumber(from)} to ${formatNumber(from + binWidth)}`
  return markup('rect', box, markup('title', {}, `${range}: ${formatShare(share)}`))
}

function rangeOf(values: readonly number[]): { readonly least: number; readonly most: number } {
  if (values.length === 0) return { least: 0, most: 1 }
  return { least: Math.min(0, ...values), most: Math.max(...values) }
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100)
}
