// Draws the whole XOR tree: all edges thin, the path to the own id thick, a mark for each contact.

import type { State } from '../../src/protocol.ts'
import type { Band, Edge, XorTreeGeometry, XorTreeSize } from '../geometry/xor-tree-geometry.ts'
import type { TableView } from '../model/table-view.ts'
import { glyphOf } from './glyph-atlas.ts'
import type { Pen } from './pen.ts'

/** Leaves that are nearer to one another than this are drawn as ticks. */
const ROOM_FOR_GLYPHS = 12
const MONO = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace'

export interface XorTreeScene {
  readonly table: TableView
  readonly geometry: XorTreeGeometry
  readonly size: XorTreeSize
  readonly now: number
  readonly quietMs: number
  readonly chosen: number | undefined
}

export function drawXorTree(pen: Pen, scene: XorTreeScene): void {
  const { context, colours } = pen
  const { geometry, size } = scene
  context.clearRect(0, 0, size.width, size.height)
  drawBands(pen, scene)
  const isOwn = ({ ownBit }: Edge): boolean => ownBit !== undefined
  context.strokeStyle = colours.faint
  context.lineWidth = geometry.step < 3 ? 0.6 : 1.2
  strokeEdges(
    context,
    geometry.edges.filter((edge) => !isOwn(edge)),
  )
  drawLeaves(pen, scene)
  context.strokeStyle = colours.own
  context.lineWidth = 3
  context.lineCap = 'round'
  strokeEdges(context, geometry.edges.filter(isOwn))
  drawOwnBits(pen, geometry)
}

function strokeEdges(context: CanvasRenderingContext2D, edges: readonly Edge[]): void {
  context.beginPath()
  for (const { x1, y1, x2, y2 } of edges) {
    context.moveTo(x1, y1)
    context.lineTo(x2, y2)
  }
  context.stroke()
}

/** Each bucket is a stretch of the leaves, with its prefix below it. */
function drawBands({ context, colours }: Pen, scene: XorTreeScene): void {
  const { geometry, size, table, chosen } = scene
  context.textAlign = 'center'
  context.textBaseline = 'alphabetic'
  for (const band of geometry.bands) {
    const isChosen = band.bucket === chosen
    if (isChosen) {
      context.fillStyle = colours.ownSoft
      context.beginPath()
      context.roundRect(band.left + 1, 2, band.right - band.left - 2, size.height - 4, 6)
      context.fill()
    }
    context.fillStyle = isChosen ? colours.ink : colours.muted
    context.fillRect(band.left + 2, size.height - 19, Math.max(1, band.right - band.left - 4), 1.5)
    context.font = `${isChosen ? 700 : 400} 11px ${MONO}`
    const text = labelOf(band, table)
    if (context.measureText(text).width < band.right - band.left - 2) {
      context.fillText(text, (band.left + band.right) / 2, size.height - 6)
    }
  }
}

function labelOf({ bucket }: Band, table: TableView): string {
  const prefix = table.buckets[bucket]?.head.prefix ?? ''
  return prefix.length > 9 ? `…${prefix.slice(-8)}…` : `${prefix}…`
}

const STATES: readonly State[] = ['good', 'questionable', 'bad']

function drawLeaves(pen: Pen, { geometry, now, quietMs }: XorTreeScene): void {
  const { context, colours, atlas } = pen
  if (geometry.step >= ROOM_FOR_GLYPHS) {
    for (const { member, x, y } of geometry.leaves) {
      const age = (now - (member.seenAt ?? Number.NEGATIVE_INFINITY)) / quietMs
      context.fillStyle = colours.surface
      context.beginPath()
      context.arc(x, y, 6, 0, 2 * Math.PI)
      context.fill()
      atlas.draw(context, glyphOf(member.state, age), { x, y })
    }
    return
  }
  const width = Math.max(1.2, Math.min(4, geometry.step - 0.6))
  for (const state of STATES) {
    context.fillStyle = colours[state]
    for (const { member, x, y } of geometry.leaves) {
      if (member.state === state) context.fillRect(x - width / 2, y - 1, width, 5)
    }
  }
}

/** The bits along the own path where there is room for them, and the own id at its end. */
function drawOwnBits({ context, colours }: Pen, { edges, own }: XorTreeGeometry): void {
  context.fillStyle = colours.own
  context.font = `700 11px ${MONO}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  let former = { x: Number.NEGATIVE_INFINITY, y: 0 }
  for (const { x1, y1, x2, y2, ownBit } of edges.toSorted((a, b) => a.y1 - b.y1)) {
    if (ownBit === undefined) continue
    const at = { x: (x1 + x2) / 2 + (ownBit === 0 ? -8 : 8), y: (y1 + y2) / 2 - 6 }
    if (Math.hypot(at.x - former.x, at.y - former.y) < 16 || Math.hypot(x2 - x1, y2 - y1) < 14) {
      continue
    }
    context.fillText(String(ownBit), at.x, at.y)
    former = at
  }
  context.font = '15px system-ui, "DejaVu Sans", sans-serif'
  context.fillText('★', own.x, own.y + 4)
}
