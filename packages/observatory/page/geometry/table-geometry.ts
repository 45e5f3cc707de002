// Where buckets and slots stand in the drawing of a routing table: a row for each bucket, far to
// near, beside the path from the root of the XOR tree down to the node's own id.

import type { TableView } from '../model/table-view.ts'

export interface TableGeometry {
  readonly height: number
  readonly columns: number
  readonly cell: number
  /** Left edge of the first slot. */
  readonly left: number
  readonly rows: readonly BucketGeometry[]
}

export interface BucketGeometry {
  readonly index: number
  readonly top: number
  readonly height: number
  /** Top of the first line of slots. */
  readonly slotsTop: number
  /** Middle of the row's text and branch. */
  readonly middle: number
  readonly capacity: number
}

export interface TableSize {
  readonly width: number
  /** Little room: labels stand above the slots, not beside them. */
  readonly isNarrow: boolean
}

export const CELL = 17
/** Where the path of the own id runs. */
export const SPINE_X = 20
const LABEL_WIDTH = 228
const NARROW_LEFT = 40
const PADDING = 9
const LABEL_LINE = 20
const TOP = 30
const BOTTOM = 26

export function tableGeometry(table: TableView, { width, isNarrow }: TableSize): TableGeometry {
  const left = isNarrow ? NARROW_LEFT : LABEL_WIDTH
  const columns = Math.max(4, Math.min(32, Math.floor((width - left - 8) / CELL)))
  const labelHeight = isNarrow ? LABEL_LINE : 0
  let top = TOP
  const rows = table.buckets.map(({ capacity }, index): BucketGeometry => {
    const lines = Math.max(1, Math.ceil(capacity / columns))
    const height = 2 * PADDING + labelHeight + lines * CELL
    const slotsTop = top + PADDING + labelHeight
    const middle = top + PADDING + (isNarrow ? LABEL_LINE / 2 : CELL / 2)
    const row = { index, top, height, slotsTop, middle, capacity }
    top += height
    return row
  })
  return { height: top + BOTTOM, columns, cell: CELL, left, rows }
}

/** The middle of a slot. */
export function slotCentre(
  { columns, cell, left }: TableGeometry,
  { slotsTop }: BucketGeometry,
  slot: number,
): { readonly x: number; readonly y: number } {
  const column = slot % columns
  const line = Math.floor(slot / columns)
  return { x: left + column * cell + cell / 2, y: slotsTop + line * cell + cell / 2 }
}

export interface SlotPlace {
  readonly bucket: number
  /** Absent: the row outside its slots. */
  readonly slot?: number
}

/** What stands at a point. */
export function placeAt(
  geometry: TableGeometry,
  point: { readonly x: number; readonly y: number },
): SlotPlace | undefined {
  const { rows, left, cell, columns } = geometry
  const row = rows.find(({ top, height }) => point.y >= top && point.y < top + height)
  if (row === undefined) return undefined
  const column = Math.floor((point.x - left) / cell)
  const line = Math.floor((point.y - row.slotsTop) / cell)
  const slot = line * columns + column
  const isSlot = column >= 0 && column < columns && line >= 0 && slot < row.capacity
  return isSlot ? { bucket: row.index, slot } : { bucket: row.index }
}

/** The rows that a window on the drawing shows. */
export function rowsBetween(
  { rows }: TableGeometry,
  from: number,
  to: number,
): readonly BucketGeometry[] {
  return rows.filter(({ top, height }) => top + height > from && top < to)
}
