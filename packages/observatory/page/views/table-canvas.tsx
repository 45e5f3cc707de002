// The drawing of the table with its pointer and keyboard. The canvas is only seen; for keyboards and
// screen readers the same tree stands beside it as hidden items, of which one is active.

import type { VNode } from 'preact'
import { useMemo, useRef, useState } from 'preact/hooks'
import {
  placeAt,
  type SlotPlace,
  slotCentre,
  type TableGeometry,
  tableGeometry,
} from '../geometry/table-geometry.ts'
import type { TableView } from '../model/table-view.ts'
import { pulse, repaint } from '../state/app-state.ts'
import { ContactTip } from './contact-tip.tsx'
import { tableChoice } from './table-choice.ts'
import { itemId, TreeItems } from './table-items.tsx'
import { movedPlace } from './table-keys.ts'
import { useTablePainting } from './table-painting.ts'
import { useSize } from './use-size.ts'

const NARROW = 560

export interface TableCanvasProps {
  readonly table: TableView
  /** The prefix of the chosen bucket. */
  readonly chosen: string | undefined
}

export function TableCanvas({ table, chosen }: TableCanvasProps): VNode {
  pulse.value
  const [scrollRef, size] = useSize<HTMLDivElement>()
  const canvasRef = useRef<HTMLCanvasElement>(null)
  const [pointed, setPointed] = useState<SlotPlace | undefined>(undefined)
  const [active, setActive] = useState<SlotPlace>({ bucket: 0 })
  const [hasFocus, setHasFocus] = useState(false)
  const width = size?.width ?? 0
  const isNarrow = width < NARROW
  const shape = table.buckets.map(({ capacity }) => capacity).join()
  const geometry = useMemo(() => tableGeometry(table, { width, isNarrow }), [shape, width, table])
  const focus = hasFocus ? active : pointed

  useTablePainting({
    chosen,
    canvasRef,
    scrollRef,
    table,
    geometry,
    size,
    isNarrow,
    focus,
    hasFocus,
  })

  const choose = (place: SlotPlace): void => {
    const bucket = table.buckets[place.bucket]
    if (bucket === undefined) return
    const contact = place.slot === undefined ? undefined : bucket.slots[place.slot]?.member.id
    tableChoice.value = { prefix: bucket.head.prefix, ...(contact !== undefined && { contact }) }
  }
  const pointAt = (event: PointerEvent | MouseEvent): SlotPlace | undefined => {
    const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect()
    return placeAt(geometry, { x: event.clientX - left, y: event.clientY - top })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const moved = movedPlace(table, geometry, { place: active, key: event.key })
    if (moved === undefined) return
    event.preventDefault()
    setActive(moved)
    choose(moved)
    reveal(scrollRef.current, geometry, moved)
  }
  return (
    <div class="tree-scroll" ref={scrollRef} onScroll={repaint}>
      <div
        class="tree-area"
        role="tree"
        tabIndex={0}
        aria-label="Buckets, far to near"
        aria-activedescendant={itemId(active)}
        style={{ height: `${geometry.height}px` }}
        onKeyDown={onKeyDown}
        onFocus={({ currentTarget }) => setHasFocus(currentTarget.matches(':focus-visible'))}
        onBlur={() => setHasFocus(false)}
        onPointerMove={(event) => setPointed(pointAt(event))}
        onPointerLeave={() => setPointed(undefined)}
        onClick={(event) => {
          const place = pointAt(event)
          if (place === undefined) return
          setActive(place)
          choose(place)
        }}
      >
        <canvas ref={canvasRef} />
        <TreeItems table={table} active={active} />
        {focus?.slot !== undefined && (
          <ContactTip table={table} geometry={geometry} place={focus} />
        )}
      </div>
    </div>
  )
}

function reveal(scroll: HTMLElement | null, geometry: TableGeometry, place: SlotPlace): void {
  const row = geometry.rows[place.bucket]
  if (scroll === null || row === undefined) return
  const y = place.slot === undefined ? row.middle : slotCentre(geometry, row, place.slot).y
  if (y - 30 < scroll.scrollTop) scroll.scrollTop = y - 30
  if (y + 30 > scroll.scrollTop + scroll.clientHeight) {
    scroll.scrollTop = y + 30 - scroll.clientHeight
  }
}
