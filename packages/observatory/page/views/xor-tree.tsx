// The whole XOR tree above the buckets. It is painted when texts are, and less often when painting
// takes long, so that it never holds up the buckets below.

import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { type Pen, penFor } from '../draw/pen.ts'
import { drawXorTree } from '../draw/xor-tree-drawing.ts'
import { type XorTreeGeometry, xorTreeGeometry } from '../geometry/xor-tree-geometry.ts'
import type { TableView } from '../model/table-view.ts'
import { countText } from '../model/words.ts'
import { pulse, shownNow, shownView } from '../state/app-state.ts'
import { themeVersion } from '../state/theme.ts'
import { tableChoice } from './table-choice.ts'
import { useSize } from './use-size.ts'

const HEIGHT = 170
const DEFAULT_QUIET_MS = 15 * 60_000

/** Painting takes at most this share of the time. */
const MOST_SHARE = 0.04

interface Painted {
  readonly pen: Pen
  readonly width: number
  readonly theme: number
  readonly geometry: XorTreeGeometry
  readonly table: TableView
  readonly chosen: number
  readonly until: number
}

export function XorTree({ table, chosen }: { table: TableView; chosen: number }): VNode {
  // The table changes in place.
  pulse.value
  const [ref, size] = useSize<HTMLDivElement>()
  const canvasRef = useRef<HTMLCanvasElement>(null)
  const painted = useRef<Painted | undefined>(undefined)
  const theme = themeVersion.value
  const [, setWakes] = useState(0)
  useEffect(() => {
    const canvas = canvasRef.current
    if (canvas === null || size === undefined || size.width === 0) return undefined
    const startedAt = performance.now()
    const { width } = size
    const former = painted.current
    const isSame = former?.width === width && former.theme === theme
    const isFresh = isSame && former.table === table && former.chosen === chosen
    if (isFresh && startedAt < former.until) {
      // What is left out now is painted later, even when nothing else changes.
      const timer = setTimeout(() => setWakes((count) => count + 1), former.until - startedAt)
      return () => clearTimeout(timer)
    }
    const pen = isSame ? former.pen : penFor(canvas, { width, height: HEIGHT })
    const geometry = xorTreeGeometry(table, { width, height: HEIGHT })
    const quietMs = shownView().facts?.quietMs ?? DEFAULT_QUIET_MS
    const scene = { table, geometry, size: { width, height: HEIGHT }, now: shownNow(), quietMs }
    drawXorTree(pen, { ...scene, chosen })
    const took = performance.now() - startedAt
    const until = startedAt + took / MOST_SHARE
    painted.current = { pen, width, theme, geometry, table, chosen, until }
    return undefined
  })
  return (
    <div class="xor-tree" ref={ref}>
      <canvas
        ref={canvasRef}
        role="img"
        aria-label={`XOR tree of ${countText(table.size, 'contact')}, with the path to the own id`}
        onClick={({ offsetX }) => {
          const band = painted.current?.geometry.bands.find(({ left, right }) => {
            return offsetX >= left && offsetX < right
          })
          const prefix = band && table.buckets[band.bucket]?.head.prefix
          if (prefix !== undefined) tableChoice.value = { prefix }
        }}
      />
    </div>
  )
}
