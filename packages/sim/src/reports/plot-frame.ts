// The frame that all plots share: a box with axes, ticks, units, and lines for what is wanted.

import { formatNumber } from './format-value.ts'
import { escapeMarkup, markup } from './markup.ts'
import { type PlotScale, plotScale } from './plot-scale.ts'
import type { Limit } from './report.ts'

/** Size of the drawing in its own units. A page scales it to its width. */
const SIZE = { width: 640, height: 300 }
const BOX = { left: 76, right: 624, top: 16, bottom: 250 }

/** Distance from the name of a limit to its line. */
const GAP = 5

export interface PlotFrame {
  readonly x: PlotScale
  readonly y: PlotScale
  /** Bottom of the box, where bars start. */
  readonly floor: number
}

interface Axis {
  readonly least: number
  readonly most: number
  readonly unit: string
  readonly isTight?: boolean
  readonly leastStep?: number
  /** How a tick is written. Default: as a number. */
  readonly write?: (value: number) => string
}

export function plotFrame(x: Axis, y: Axis): PlotFrame {
  return {
    x: plotScale(x, { from: BOX.left, to: BOX.right }),
    y: plotScale(y, { from: BOX.bottom, to: BOX.top }),
    floor: BOX.bottom,
  }
}

/** Draws the frame. @param content - markup that is drawn over the grid */
export function framed(
  frame: PlotFrame,
  axes: { readonly name: string; readonly x: Axis; readonly y: Axis },
  content: readonly string[],
): string {
  const { x, y, name } = axes
  const middle = (BOX.left + BOX.right) / 2
  const box = { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, role: 'img', 'aria-label': name }
  const yUnit = {
    class: 'unit',
    transform: `translate(14 ${(BOX.top + BOX.bottom) / 2}) rotate(-90)`,
  }
  return markup(
    'svg',
    box,
    ...frame.y.ticks.map((value) => row(frame, value, y)),
    ...frame.x.ticks.map((value) => column(frame, value, x)),
    markup('text', yUnit, escapeMarkup(y.unit)),
    markup('text', { class: 'unit', x: middle, y: SIZE.height - 8 }, escapeMarkup(x.unit)),
    ...content,
    markup('line', { class: 'axis', x1: BOX.left, x2: BOX.right, y1: BOX.bottom, y2: BOX.bottom }),
  )
}

/** A dashed horizontal line with its name. */
export function limitAcross({ y }: PlotFrame, { name, value }: Limit): string {
  const at = y.place(value)
  // The name is above the line, or below it if the line is at the top.
  const isHigh = at - BOX.top < 16
  return (
    markup('line', { class: 'limit', x1: BOX.left, x2: BOX.right, y1: at, y2: at }) +
    markup(
      'text',
      { class: 'limit', x: BOX.right - GAP, y: isHigh ? at + 13 : at - GAP, 'text-anchor': 'end' },
      escapeMarkup(name),
    )
  )
}

/** A dashed vertical line with its name. @param kind - what is wanted, or what happened */
export function limitDown(
  { x }: PlotFrame,
  { name, value }: Limit,
  { kind, index }: { readonly kind: 'limit' | 'mark'; readonly index: number },
): string {
  const at = x.place(value)
  const isLeft = at > (BOX.left + BOX.right) / 2
  const text = {
    class: kind,
    x: isLeft ? at - GAP : at + GAP,
    y: BOX.top + 12 + 14 * index,
    'text-anchor': isLeft ? 'end' : 'start',
  }
  return (
    markup('line', { class: kind, x1: at, x2: at, y1: BOX.top, y2: BOX.bottom }) +
    markup('text', text, escapeMarkup(name))
  )
}

function row({ y }: PlotFrame, value: number, { write = formatNumber }: Axis): string {
  const at = y.place(value)
  const label = { class: 'tick', x: BOX.left - 6, y: at + 4, 'text-anchor': 'end' }
  return (
    markup('line', { class: 'grid', x1: BOX.left, x2: BOX.right, y1: at, y2: at }) +
    markup('text', label, escapeMarkup(write(value)))
  )
}

function column({ x }: PlotFrame, value: number, { write = formatNumber }: Axis): string {
  const at = x.place(value)
  const label = { class: 'tick', x: at, y: BOX.bottom + 16, 'text-anchor': 'middle' }
  return (
    markup('line', { class: 'axis', x1: at, x2: at, y1: BOX.bottom, y2: BOX.bottom + 4 }) +
    markup('text', label, escapeMarkup(write(value)))
  )
}
