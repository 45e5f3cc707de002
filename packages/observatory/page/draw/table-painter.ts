// Keeps the drawing of a table up to date with little work: slots that have changed or in which
// something moves are drawn again alone. All is drawn again when the window, the choice or the
// structure has changed, and once a second, because contacts age.

import type { BucketHead } from '../../src/protocol.ts'
import type { BucketGeometry } from '../geometry/table-geometry.ts'
import type { BucketView } from '../model/table-view.ts'
import type { Pen } from './pen.ts'
import { drawSlotsAgain, drawTable, type TableScene } from './table-drawing.ts'

const AGE_MS = 1000

/** What was drawn of a row beside its slots. */
interface DrawnRow {
  readonly head: BucketHead
  readonly count: number
}

export class TablePainter {
  readonly #pen: Pen
  #scene: TableScene | undefined
  #rows: readonly DrawnRow[] = []
  /** For each row drawn: the slots in which something moves. */
  #moving: Map<number, number[]> = new Map()
  #drawnAt = Number.NEGATIVE_INFINITY

  constructor(pen: Pen) {
    this.#pen = pen
  }

  /** @returns whether something moves, so that another frame is needed */
  paint(scene: TableScene): boolean {
    if (this.#mustDrawAll(scene)) this.#drawAll(scene)
    else this.#drawChanged(scene)
    this.#scene = scene
    return [...this.#moving.values()].some((slots) => slots.length > 0)
  }

  #mustDrawAll(scene: TableScene): boolean {
    const former = this.#scene
    if (former === undefined || Math.abs(scene.now - this.#drawnAt) >= AGE_MS) return true
    const keys = ['table', 'geometry', 'top', 'width', 'height', 'chosen', 'focus'] as const
    if (keys.some((key) => scene[key] !== former[key])) return true
    if (scene.hasKeyboard !== former.hasKeyboard || scene.isStill !== former.isStill) return true
    const { buckets } = scene.table
    return buckets.some(({ head, count }, index) => {
      const drawn = this.#rows[index]
      return drawn?.head !== head || drawn.count !== count
    })
  }

  #drawAll(scene: TableScene): void {
    this.#moving = drawTable(this.#pen, scene)
    this.#rows = scene.table.buckets.map(({ head, count }) => ({ head, count }))
    for (const { touched } of scene.table.buckets) touched.clear()
    this.#drawnAt = scene.now
  }

  #drawChanged(scene: TableScene): void {
    for (const [index, moving] of this.#moving) {
      const row = scene.geometry.rows[index] as BucketGeometry
      const { touched } = scene.table.buckets[index] as BucketView
      const slots = new Set([...moving, ...touched])
      touched.clear()
      if (slots.size > 0) this.#moving.set(index, drawSlotsAgain(this.#pen, scene, { row, slots }))
    }
  }
}
