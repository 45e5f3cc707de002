// Where the parts of a lookup's drawing stand: time across, distance to the target down, so that
// the lookup walks from the top left to the target at the bottom. Rows of near distances are moved
// apart as far as they need to be read, and keep their order.

import { scaleLinear } from 'd3-scale'
import type { LookupRow, RowQuery } from '../model/lookup-row.ts'
import type { LookupView } from '../model/lookup-view.ts'

export interface LookupGeometry {
  readonly width: number
  readonly height: number
  /** Left and right end of the time axis. */
  readonly left: number
  readonly right: number
  /** Bottom of the rows, where the line of the target is. */
  readonly bottom: number
  readonly rows: readonly RowGeometry[]
  readonly timeTicks: readonly Tick[]
  /** Where the distance falls to a new power of two. */
  readonly distanceTicks: readonly Tick[]
  /** Where an instant stands on the time axis. */
  x(at: number): number
}

export interface RowGeometry {
  readonly row: LookupRow
  readonly y: number
  readonly height: number
  /** One for each query that was sent, in their order. */
  readonly bars: readonly BarGeometry[]
  /** Where it was told. */
  readonly toldX: number
}

/** From a query to its end. */
export interface BarGeometry {
  readonly query: RowQuery
  readonly y: number
  readonly from: number
  readonly to: number
  readonly stalled?: number
}

export interface Tick {
  readonly at: number
  readonly text: string
}

export interface LookupSize {
  readonly width: number
  /** The end of the time axis, ms from the start; at least that of the last step. */
  readonly spanMs: number
  /** The instant shown, for bars that have not ended. */
  readonly now: number
  readonly withUnqueried: boolean
  /** Whether ids stand between the axis and the bars. */
  readonly withLabels: boolean
}

export const ROW_HEIGHT = 20
export const UNQUERIED_HEIGHT = 9
/** Of each bar of a row that has several. */
const BAR_HEIGHT = 16
const TOP = 26
const BOTTOM = 30
const AXIS_WIDTH = 46
const LABEL_WIDTH = 78
const RIGHT_MARGIN = 84
/** What the number of a random point takes beside a bar. */
const POINT_WIDTH = 26
/** What a drawing of few rows takes at least, so that distances can be told apart. */
const LEAST_ROWS_HEIGHT = 300

export function lookupGeometry(view: LookupView, size: LookupSize): LookupGeometry {
  const { width, withLabels, withUnqueried } = size
  const left = AXIS_WIDTH + (withLabels ? LABEL_WIDTH : 0)
  const margin = RIGHT_MARGIN + (view.points.length > 0 ? POINT_WIDTH : 0)
  const right = Math.max(left + 60, width - margin)
  const time = scaleLinear([0, Math.max(1, size.spanMs)], [left, right])
  const x = (at: number): number => time(at - view.startedAt)
  const shown = view.rows
    .filter((row) => withUnqueried || row.queriedAt !== undefined)
    .sort((a, b) => b.bits - a.bits || a.toldAt - b.toldAt)
  const places = placesOf(shown)
  const rows = shown.map((row, index) => {
    const place = places[index] as Place
    const bars = barsOf(row, { place, x, now: size.now })
    return { row, ...place, toldX: x(row.toldAt), bars }
  })
  const last = places.at(-1)
  const bottom = last === undefined ? TOP + LEAST_ROWS_HEIGHT : last.y + last.height / 2 + 6
  const timeTicks = time.ticks(Math.max(2, Math.floor((right - left) / 90))).map((ms) => {
    // Without labels the name of the other axis stands there.
    return { at: time(ms), text: ms === 0 && !withLabels ? '' : tickText(ms) }
  })
  const distanceTicks = distanceTicksOf(rows)
  const height = bottom + BOTTOM
  return { width, height, left, right, bottom, rows, timeTicks, distanceTicks, x }
}

interface Place {
  /** The middle of the row. */
  readonly y: number
  readonly height: number
}

/** Each row as near to its place on the scale of distances as its neighbours allow. */
function placesOf(rows: readonly LookupRow[]): Place[] {
  const heights = rows.map(heightOf)
  const total = heights.reduce((sum, height) => sum + height, 0)
  const most = rows[0]?.bits ?? 1
  const least = rows.at(-1)?.bits ?? 0
  const span = Math.max(LEAST_ROWS_HEIGHT, total * 1.15)
  const scale = scaleLinear([most, Math.min(least, most - 1)], [0, span]).clamp(true)
  let free = 0
  let rest = total
  return rows.map((row, index) => {
    const height = heights[index] as number
    // Not so far down that the rows that follow would not fit.
    const wanted = scale(row.bits) - Math.min(height, ROW_HEIGHT) / 2
    const top = Math.max(free, Math.min(wanted, span - rest))
    free = top + height
    rest -= height
    return { y: TOP + top + height / 2, height }
  })
}

function heightOf({ queries }: LookupRow): number {
  const sent = queries.filter(({ queriedAt }) => queriedAt !== undefined).length
  if (sent === 0) return UNQUERIED_HEIGHT
  return ROW_HEIGHT + (sent - 1) * BAR_HEIGHT
}

function barsOf(
  { queries }: LookupRow,
  { place, x, now }: { readonly place: Place; x(at: number): number; readonly now: number },
): BarGeometry[] {
  const top = place.y - place.height / 2 + ROW_HEIGHT / 2
  return queries
    .flatMap((query) => {
      const { queriedAt, stalledAt, endedAt } = query
      if (queriedAt === undefined) return []
      const from = x(queriedAt)
      const to = Math.max(from + 2, x(endedAt ?? Math.max(now, queriedAt)))
      return [{ query, from, to, ...(stalledAt !== undefined && { stalled: x(stalledAt) }) }]
    })
    .map((bar, index) => ({ ...bar, y: top + index * BAR_HEIGHT }))
}

/** One tick at the first row of each power of two, when the row before has room for it. */
function distanceTicksOf(rows: readonly RowGeometry[]): Tick[] {
  const ticks: Tick[] = []
  let former = Number.POSITIVE_INFINITY
  for (const { row, y: middle, height } of rows) {
    const y = middle - (height - Math.min(height, ROW_HEIGHT)) / 2
    const power = Math.floor(row.bits)
    if (power === former) continue
    former = power
    if (y - (ticks.at(-1)?.at ?? -100) >= 13) ticks.push({ at: y, text: String(power) })
  }
  return ticks
}

function tickText(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Number((ms / 1000).toFixed(2))} s`
}

/** The line from what told a contact to that contact. */
export function referralPath(from: RowGeometry, to: RowGeometry): string {
  const teller = from.bars.find(({ query }) => query.endedAt === to.row.toldAt) ?? from.bars[0]
  const [told] = to.bars
  const startX = teller?.to ?? from.toldX
  const endX = told?.from ?? to.toldX
  const bend = Math.max(8, (endX - startX) / 2)
  const [a, b] = [Math.round(startX * 10) / 10, Math.round(endX * 10) / 10]
  const [startY, endY] = [teller?.y ?? from.y, told?.y ?? to.y]
  const [y1, y2] = [Math.round(startY * 10) / 10, Math.round(endY * 10) / 10]
  return `M${a} ${y1}C${a + bend} ${y1} ${b - bend} ${y2} ${b} ${y2}`
}
