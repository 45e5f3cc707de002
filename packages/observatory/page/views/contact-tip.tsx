// What is known of the contact under the pointer or the keyboard, beside its slot.

import type { VNode } from 'preact'
import {
  type BucketGeometry,
  type SlotPlace,
  slotCentre,
  type TableGeometry,
} from '../geometry/table-geometry.ts'
import { shownText } from '../model/shown-text.ts'
import type { TableView } from '../model/table-view.ts'
import { shortId } from '../model/words.ts'
import { shownNow } from '../state/app-state.ts'
import { AdversaryMark } from './adversary-mark.tsx'
import { StateMark } from './glyphs.tsx'
import { roundTripText, stateReason } from './member-words.ts'

export interface TipProps {
  readonly table: TableView
  readonly geometry: TableGeometry
  readonly place: SlotPlace
}

export function ContactTip({ table, geometry, place }: TipProps): VNode | null {
  const row = geometry.rows[place.bucket]
  const bucket = table.buckets[place.bucket]
  if (row === undefined || bucket === undefined || place.slot === undefined) return null
  const member = bucket.slots[place.slot]?.member
  const former = bucket.departed.get(place.slot)?.member
  if (member === undefined && former === undefined) return null
  return (
    <div class="tip" style={placed(geometry, row, place.slot)}>
      {member !== undefined && (
        <>
          <b class="mono">{shortId(member.id)}</b>{' '}
          <span class="mono">{shownText(member.endpoint)}</span> <AdversaryMark id={member.id} />
          <br />
          <StateMark state={member.state} /> {member.state}, {stateReason(member, shownNow())}
          {member.roundTripMs !== undefined && `, ${roundTripText(member)}`}
          {member.id === bucket.head.checking && ', being checked'}
        </>
      )}
      {former !== undefined && (
        <div class="muted">
          {member === undefined ? 'left' : 'replaced'}: {shortId(former.id)}
        </div>
      )}
    </div>
  )
}

/** Below the slot, and to that side of it where there is more room. */
function placed(
  geometry: TableGeometry,
  row: BucketGeometry,
  slot: number,
): Record<string, string> {
  const { x, y } = slotCentre(geometry, row, slot)
  const isRight = (slot % geometry.columns) * 2 > geometry.columns
  const side = isRight ? { right: `calc(100% - ${x + 10}px)` } : { left: `${x - 10}px` }
  return { top: `${y + 14}px`, ...side }
}
