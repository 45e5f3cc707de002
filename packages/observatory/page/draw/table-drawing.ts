// Draws a routing table on a canvas: the path of the own id down the XOR tree, a branch to each
// bucket, and its slots. Only what the window shows is drawn. Each slot stays inside its cell, so
// that one can be drawn again alone.

import {
  type BucketGeometry,
  rowsBetween,
  SPINE_X,
  slotCentre,
  type TableGeometry,
} from '../geometry/table-geometry.ts'
import { bitText } from '../model/distance-bits.ts'
import { type BucketView, DEPARTED_MS, type TableView } from '../model/table-view.ts'
import { shareText } from '../model/words.ts'
import { glyphOf } from './glyph-atlas.ts'
import type { Pen } from './pen.ts'

/** How long a new contact has a ring, ms. */
const NEW_MS = 1600
const MONO = '12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace'
const SANS = '12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'

export interface TableScene {
  readonly table: TableView
  readonly geometry: TableGeometry
  readonly now: number
  readonly quietMs: number
  readonly isNarrow: boolean
  /** Rings do not grow or fade; they are there or not. */
  readonly isStill: boolean
  readonly top: number
  readonly width: number
  readonly height: number
  /** Index of the chosen bucket. */
  readonly chosen: number | undefined
  /** Whether a recording calls a contact an adversary. */
  readonly isAdversary: (id: string) => boolean
  /** What the pointer or the keyboard is on. */
  readonly focus: { readonly bucket: number; readonly slot?: number } | undefined
  readonly hasKeyboard: boolean
}

/** Draws all that the window shows. @returns the slots in which something moves, for each row */
export function drawTable(pen: Pen, scene: TableScene): Map<number, number[]> {
  const { context } = pen
  const { geometry, top, width, height } = scene
  const moving = new Map<number, number[]>()
  context.clearRect(0, 0, width, height)
  context.save()
  context.translate(0, -top)
  drawSpine(pen, scene)
  for (const row of rowsBetween(geometry, top, top + height)) {
    drawRow(pen, scene, row)
    const slots = visibleSlots(scene, row)
    moving.set(
      row.index,
      slots.filter((slot) => drawSlot(pen, scene, { row, slot })),
    )
  }
  drawFocus(pen, scene)
  context.restore()
  return moving
}

/** Draws some slots of a row again. @returns those in which something moves */
export function drawSlotsAgain(
  pen: Pen,
  scene: TableScene,
  { row, slots }: { readonly row: BucketGeometry; readonly slots: Iterable<number> },
): number[] {
  const { context, colours } = pen
  const { cell } = scene.geometry
  const moving: number[] = []
  context.save()
  context.translate(0, -scene.top)
  for (const slot of slots) {
    const { x, y } = slotCentre(scene.geometry, row, slot)
    context.fillStyle = scene.chosen === row.index ? colours.ownSoft : colours.surface
    context.fillRect(x - cell / 2, y - cell / 2, cell, cell)
    if (drawSlot(pen, scene, { row, slot })) moving.push(slot)
  }
  drawFocus(pen, scene)
  context.restore()
  return moving
}

function visibleSlots({ geometry, top, height }: TableScene, row: BucketGeometry): number[] {
  const { columns, cell } = geometry
  const first = Math.max(0, Math.floor((top - row.slotsTop) / cell)) * columns
  const last = Math.ceil((top + height - row.slotsTop) / cell) * columns
  const end = Math.min(row.capacity, last)
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index)
}

/** The own path from the root to the own bucket, with its bits beside it. */
function drawSpine({ context, colours }: Pen, scene: TableScene): void {
  const { geometry, table } = scene
  const last = geometry.rows.at(-1)
  if (last === undefined) return
  context.strokeStyle = colours.own
  context.lineWidth = 3
  context.lineCap = 'round'
  context.beginPath()
  context.moveTo(SPINE_X, 14)
  context.lineTo(SPINE_X, last.middle)
  context.stroke()
  context.fillStyle = colours.own
  dot(context, { x: SPINE_X, y: 14, r: 4.5 })
  context.font = SANS
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  context.fillStyle = colours.muted
  context.fillText('all ids', SPINE_X + 12, 14)
  const { isOwn, depth } = table.buckets[last.index]?.head ?? { isOwn: true, depth: 0 }
  if (!isOwn) return
  context.font = `600 ${SANS}`
  context.fillStyle = colours.own
  const start = bitText(table.id, 0, depth + 8)
  context.fillText(`★ this node, ${start}…`, SPINE_X - 6, last.top + last.height + 8)
}

function drawRow(pen: Pen, scene: TableScene, row: BucketGeometry): void {
  const { context, colours } = pen
  const { geometry, table, width, chosen, isNarrow } = scene
  const { head, count } = table.buckets[row.index] as BucketView
  if (chosen === row.index) {
    context.fillStyle = colours.ownSoft
    context.beginPath()
    context.roundRect(SPINE_X + 10, row.top + 2, width - SPINE_X - 14, row.height - 4, 6)
    context.fill()
  }
  context.strokeStyle = head.isOwn ? colours.own : colours.faint
  context.lineWidth = head.isOwn ? 3 : 2
  context.beginPath()
  context.moveTo(SPINE_X, row.middle)
  context.lineTo(SPINE_X + 16, row.middle)
  context.stroke()
  if (head.isOwn) {
    context.fillStyle = colours.own
  } else {
    context.fillStyle = colours.surface
    context.strokeStyle = colours.own
    context.lineWidth = 2
    dot(context, { x: SPINE_X, y: row.middle, r: 4 })
    context.stroke()
    drawOwnBit(pen, scene, row)
  }
  if (head.isOwn) dot(context, { x: SPINE_X, y: row.middle, r: 4.5 })
  drawLabel(pen, { row, prefix: head.prefix, isOwn: head.isOwn })
  const isFull = count >= head.width
  const fill = `${count}/${head.width}`
  const rest = isNarrow ? '' : shareText(head.depth)
  context.font = SANS
  context.textAlign = 'right'
  context.fillStyle = colours.muted
  const right = isNarrow ? width - 10 : geometry.left - 12
  if (isNarrow) {
    context.fillText(`${fill}${isFull ? ' full' : ''}`, right, row.middle)
  } else {
    context.fillStyle = colours.ink
    context.fillText(`${fill}${isFull ? ' full' : ''}`, right, row.middle)
    context.fillStyle = colours.muted
    if (row.height > 44) context.fillText(rest, right, row.middle + 17)
  }
  context.textAlign = 'left'
}

/** The bit with which the own path goes on below this branch. */
function drawOwnBit({ context, colours }: Pen, scene: TableScene, row: BucketGeometry): void {
  const { head } = scene.table.buckets[row.index] as BucketView
  const bit = bitText(scene.table.id, head.depth - 1, head.depth)
  context.font = `600 ${MONO}`
  context.fillStyle = colours.own
  context.textAlign = 'right'
  context.fillText(bit, SPINE_X - 6, Math.min(row.middle + 15, row.top + row.height - 2))
  context.textAlign = 'left'
}

const SHOWN_PREFIX = 9

function drawLabel(
  { context, colours }: Pen,
  { row, prefix, isOwn }: { row: BucketGeometry; prefix: string; isOwn: boolean },
): void {
  const shared = isOwn ? prefix : prefix.slice(0, -1)
  const shownShared = shared.length > SHOWN_PREFIX ? `…${shared.slice(-SHOWN_PREFIX + 1)}` : shared
  let x = SPINE_X + 22
  context.font = MONO
  context.fillStyle = colours.own
  context.fillText(shownShared, x, row.middle)
  x += context.measureText(shownShared).width
  if (!isOwn) {
    context.font = `700 ${MONO}`
    context.fillStyle = colours.ink
    const bit = prefix.slice(-1)
    context.fillText(bit, x, row.middle)
    x += context.measureText(bit).width
  }
  context.font = MONO
  context.fillStyle = colours.muted
  context.fillText('…', x, row.middle)
}

/** @returns whether something moves there */
function drawSlot(
  pen: Pen,
  scene: TableScene,
  { row, slot: index }: { readonly row: BucketGeometry; readonly slot: number },
): boolean {
  const { geometry, now, quietMs, isStill, table } = scene
  const bucket = table.buckets[row.index] as BucketView
  const slot = bucket.slots[index]
  const at = slotCentre(geometry, row, index)
  const departed = bucket.departed.get(index)
  const leftFor = departed === undefined ? DEPARTED_MS : now - departed.at
  if (departed !== undefined && leftFor >= DEPARTED_MS) bucket.departed.delete(index)
  const isLeaving = leftFor >= 0 && leftFor < DEPARTED_MS
  if (isLeaving) {
    drawLeft(pen, at, { share: leftFor / DEPARTED_MS, isReplaced: slot !== undefined, isStill })
  }
  if (slot === undefined) {
    if (!isLeaving) pen.atlas.draw(pen.context, 'empty', at)
    return isLeaving
  }
  const { member, addedAt } = slot
  const age = (now - (member.seenAt ?? Number.NEGATIVE_INFINITY)) / quietMs
  pen.atlas.draw(pen.context, glyphOf(member.state, age), at)
  const newFor = now - addedAt
  const isNew = newFor >= 0 && newFor < NEW_MS
  if (isNew && !isLeaving) drawRing(pen, at, isStill ? 0 : newFor / NEW_MS)
  if (member.id === bucket.head.checking) drawChecking(pen, at)
  if (scene.isAdversary(member.id)) drawAdversary(pen, at)
  return isLeaving || isNew
}

interface Point {
  readonly x: number
  readonly y: number
}

/** A contact that has left: a box that fades, around the one that replaced it if there is one. */
function drawLeft(
  { context, colours }: Pen,
  { x, y }: Point,
  { share, isReplaced, isStill }: { share: number; isReplaced: boolean; isStill: boolean },
): void {
  context.save()
  context.globalAlpha = isStill ? 0.9 : 1 - share * 0.8
  context.strokeStyle = colours.bad
  context.lineWidth = 1.4
  context.setLineDash([2, 2])
  context.strokeRect(x - 7.5, y - 7.5, 15, 15)
  if (!isReplaced) {
    context.setLineDash([])
    context.beginPath()
    context.moveTo(x - 3, y)
    context.lineTo(x + 3, y)
    context.stroke()
  }
  context.restore()
}

function drawRing({ context, colours }: Pen, { x, y }: Point, share: number): void {
  context.save()
  context.globalAlpha = 1 - share
  context.strokeStyle = colours.ink
  context.lineWidth = 1.6
  context.beginPath()
  context.roundRect(x - 7.5, y - 7.5, 15, 15, 5)
  context.stroke()
  context.restore()
}

/** A triangle in the corner. */
function drawAdversary({ context, colours }: Pen, { x, y }: Point): void {
  context.fillStyle = colours.bad
  context.strokeStyle = colours.surface
  context.lineWidth = 1
  context.beginPath()
  context.moveTo(x + 4.5, y - 8)
  context.lineTo(x + 8.3, y - 1.5)
  context.lineTo(x + 0.7, y - 1.5)
  context.closePath()
  context.fill()
  context.stroke()
}

/** The member whose ping is under way. */
function drawChecking({ context, colours }: Pen, { x, y }: Point): void {
  context.save()
  context.strokeStyle = colours.ink
  context.lineWidth = 1
  context.setLineDash([1.5, 2.5])
  context.beginPath()
  context.arc(x, y, 7.5, 0, 2 * Math.PI)
  context.stroke()
  context.restore()
}

function drawFocus({ context, colours }: Pen, scene: TableScene): void {
  const { focus, geometry, hasKeyboard, width } = scene
  const row = focus === undefined ? undefined : geometry.rows[focus.bucket]
  if (focus === undefined || row === undefined) return
  context.strokeStyle = hasKeyboard ? colours.focus : colours.muted
  context.lineWidth = hasKeyboard ? 2 : 1.5
  context.beginPath()
  if (focus.slot === undefined) {
    if (!hasKeyboard) return
    context.roundRect(SPINE_X + 10, row.top + 2, width - SPINE_X - 14, row.height - 4, 6)
  } else {
    const { x, y } = slotCentre(geometry, row, focus.slot)
    context.roundRect(x - 7.5, y - 7.5, 15, 15, 4)
  }
  context.stroke()
}

function dot(context: CanvasRenderingContext2D, { x, y, r }: Point & { r: number }): void {
  context.beginPath()
  context.arc(x, y, r, 0, 2 * Math.PI)
  context.fill()
}
