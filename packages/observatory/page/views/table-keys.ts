// Where the arrow keys lead in the drawing of the table. Up and down go between buckets and between
// the lines of slots, right and left between slots; left of the first slot is the bucket itself.

import type { SlotPlace, TableGeometry } from '../geometry/table-geometry.ts'
import type { BucketView, TableView } from '../model/table-view.ts'

export interface Move {
  readonly place: SlotPlace
  readonly key: string
}

/** @returns undefined for keys that mean nothing here */
export function movedPlace(
  table: TableView,
  geometry: TableGeometry,
  { place, key }: Move,
): SlotPlace | undefined {
  const last = table.buckets.length - 1
  const bucket = table.buckets[Math.min(place.bucket, last)]
  if (bucket === undefined) return undefined
  switch (key) {
    case 'ArrowDown':
      return vertical({ table, geometry, place }, 1)
    case 'ArrowUp':
      return vertical({ table, geometry, place }, -1)
    case 'ArrowRight':
      return sideways(bucket, place, 1)
    case 'ArrowLeft':
      return sideways(bucket, place, -1)
    case 'Home':
      return { bucket: 0 }
    case 'End':
      return { bucket: last }
    default:
      return undefined
  }
}

/** The next slot with a contact in that direction. */
function sideways(bucket: BucketView, place: SlotPlace, step: 1 | -1): SlotPlace {
  const from = place.slot ?? -1
  for (let slot = from + step; slot >= 0 && slot < bucket.slots.length; slot += step) {
    if (bucket.slots[slot] !== undefined) return { bucket: place.bucket, slot }
  }
  return step === -1 ? { bucket: place.bucket } : place
}

interface Where {
  readonly table: TableView
  readonly geometry: TableGeometry
  readonly place: SlotPlace
}

function vertical({ table, geometry, place }: Where, step: 1 | -1): SlotPlace {
  const bucket = table.buckets[place.bucket] as BucketView
  const slot = place.slot === undefined ? undefined : place.slot + step * geometry.columns
  if (slot !== undefined && bucket.slots[slot] !== undefined) return { bucket: place.bucket, slot }
  const last = table.buckets.length - 1
  return { bucket: Math.min(last, Math.max(0, place.bucket + step)) }
}
