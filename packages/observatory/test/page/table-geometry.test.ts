import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  placeAt,
  rowsBetween,
  slotCentre,
  tableGeometry,
} from '../../page/geometry/table-geometry.ts'
import { TableView } from '../../page/model/table-view.ts'
import { movedPlace } from '../../page/views/table-keys.ts'
import { member, overlay } from './support/messages.ts'

const OWN = '5a5a'

function table(): TableView {
  const made = new TableView(overlay(OWN, 3))
  const set = ['8000', '8001', '9000', '0001', '5a5b'].map((id) => member(id))
  made.applyMembers({ kind: 'members', at: 0, family: 4, set, removed: [] })
  return made
}

describe('the drawing of a table', () => {
  it('PAGE-9: finds each slot at its own place', () => {
    const anySize = fc.record({
      width: fc.integer({ min: 100, max: 2000 }),
      isNarrow: fc.boolean(),
    })
    fc.assert(
      fc.property(anySize, (size) => {
        const geometry = tableGeometry(table(), size)
        for (const row of geometry.rows) {
          for (let slot = 0; slot < row.capacity; slot++) {
            const centre = slotCentre(geometry, row, slot)
            expect(placeAt(geometry, centre)).toEqual({ bucket: row.index, slot })
          }
        }
      }),
    )
  })

  it('shows the rows of a window', () => {
    const geometry = tableGeometry(table(), { width: 800, isNarrow: false })
    const [first, second] = geometry.rows
    expect(rowsBetween(geometry, 0, 1e6)).toHaveLength(4)
    expect(rowsBetween(geometry, 0, second?.top ?? 0)).toEqual([first])
    expect(placeAt(geometry, { x: 5, y: -1 })).toBeUndefined()
    expect(placeAt(geometry, { x: 5, y: (first?.top ?? 0) + 1 })).toEqual({ bucket: 0 })
  })
})

describe('arrow keys', () => {
  const shown = table()
  const geometry = tableGeometry(shown, { width: 800, isNarrow: false })
  const from = (place: { bucket: number; slot?: number }, key: string) =>
    movedPlace(shown, geometry, { place, key })

  it('go between buckets, into their contacts and back', () => {
    expect(from({ bucket: 0 }, 'ArrowDown')).toEqual({ bucket: 1 })
    expect(from({ bucket: 0 }, 'ArrowUp')).toEqual({ bucket: 0 })
    expect(from({ bucket: 0 }, 'ArrowRight')).toEqual({ bucket: 0, slot: 0 })
    expect(from({ bucket: 0, slot: 2 }, 'ArrowRight')).toEqual({ bucket: 0, slot: 2 })
    expect(from({ bucket: 0, slot: 0 }, 'ArrowLeft')).toEqual({ bucket: 0 })
    expect(from({ bucket: 1 }, 'End')).toEqual({ bucket: 3 })
    expect(from({ bucket: 3 }, 'ArrowDown')).toEqual({ bucket: 3 })
    expect(from({ bucket: 3 }, 'Home')).toEqual({ bucket: 0 })
  })

  it('leave other keys alone', () => {
    expect(from({ bucket: 0 }, 'Tab')).toBeUndefined()
  })
})
