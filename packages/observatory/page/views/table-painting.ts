// Paints the table when something has changed, at most once a frame.

import { effect } from '@preact/signals'
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { penFor } from '../draw/pen.ts'
import { TablePainter } from '../draw/table-painter.ts'
import type { SlotPlace, TableGeometry } from '../geometry/table-geometry.ts'
import type { TableView } from '../model/table-view.ts'
import { frame, playback, repaint, shownNow, shownView } from '../state/app-state.ts'
import { themeVersion } from '../state/theme.ts'
import type { Size } from './use-size.ts'

interface Painting {
  /** The prefix of the chosen bucket. */
  readonly chosen: string | undefined
  readonly canvasRef: RefObject<HTMLCanvasElement | null>
  readonly scrollRef: RefObject<HTMLElement | null>
  readonly table: TableView
  readonly geometry: TableGeometry
  readonly size: Size | undefined
  readonly isNarrow: boolean
  readonly focus: SlotPlace | undefined
  readonly hasFocus: boolean
}

const DEFAULT_QUIET_MS = 15 * 60_000

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')

export function useTablePainting(painting: Painting): void {
  const current = useRef(painting)
  current.current = painting
  const { canvasRef, size } = painting
  useEffect(() => {
    if (canvasRef.current === null || size === undefined) return undefined
    const canvas = canvasRef.current
    let made: { readonly version: number; readonly painter: TablePainter } | undefined
    return effect(() => {
      frame.value
      const version = themeVersion.value
      if (made?.version !== version) {
        made = { version, painter: new TablePainter(penFor(canvas, size)) }
      }
      if (paint(current.current, made.painter)) repaint()
    })
  }, [canvasRef, size])
  // Whatever else has changed (the focus, the geometry) is seen in the next frame.
  useEffect(repaint)
}

/** @returns whether something moves */
function paint(painting: Painting, painter: TablePainter): boolean {
  const { table, geometry, size, isNarrow, focus, hasFocus, scrollRef } = painting
  const chosen = table.buckets.findIndex(({ head }) => head.prefix === painting.chosen)
  return painter.paint({
    table,
    geometry,
    now: shownNow(),
    quietMs: shownView().facts?.quietMs ?? DEFAULT_QUIET_MS,
    isNarrow,
    isStill: reducedMotion.matches,
    top: scrollRef.current?.scrollTop ?? 0,
    width: size?.width ?? 0,
    height: size?.height ?? 0,
    chosen: chosen === -1 ? undefined : chosen,
    focus,
    hasKeyboard: hasFocus,
    isAdversary: (id) => playback.peek()?.adversaryOf(id) !== undefined,
  })
}
