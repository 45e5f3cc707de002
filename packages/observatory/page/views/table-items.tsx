// The table as a tree of hidden items for screen readers: the buckets, and the active contact.

import { Fragment, type VNode } from 'preact'
import type { SlotPlace } from '../geometry/table-geometry.ts'
import type { BucketView, TableView } from '../model/table-view.ts'
import { shareText } from '../model/words.ts'
import { shownNow } from '../state/app-state.ts'
import { memberWords } from './member-words.ts'

/** The id of the hidden item of a place. */
export function itemId({ bucket, slot }: SlotPlace): string {
  return slot === undefined ? `bucket-${bucket}` : `slot-${bucket}-${slot}`
}

export function TreeItems({ table, active }: { table: TableView; active: SlotPlace }): VNode {
  return (
    <div class="unseen">
      {table.buckets.map((bucket, index) => (
        <Fragment key={bucket.head.prefix}>
          <BucketItem bucket={bucket} index={index} isActive={active.bucket === index} />
          {active.bucket === index && active.slot !== undefined && (
            <ContactItem bucket={bucket} place={{ bucket: index, slot: active.slot }} />
          )}
        </Fragment>
      ))}
    </div>
  )
}

function BucketItem({
  bucket,
  index,
  isActive,
}: {
  bucket: BucketView
  index: number
  isActive: boolean
}): VNode {
  return (
    <div
      role="treeitem"
      tabIndex={-1}
      id={itemId({ bucket: index })}
      aria-level={1}
      aria-expanded={isActive}
      aria-selected={isActive}
      aria-label={bucketWords(bucket)}
    />
  )
}

/** Only the active contact is an item; a bucket may have hundreds. */
function ContactItem({
  bucket,
  place,
}: {
  bucket: BucketView
  place: Required<SlotPlace>
}): VNode | null {
  const member = bucket.slots[place.slot]?.member
  if (member === undefined) return null
  return (
    <div
      role="treeitem"
      tabIndex={-1}
      aria-level={2}
      aria-setsize={bucket.count}
      aria-posinset={place.slot + 1}
      aria-selected={true}
      id={itemId(place)}
    >
      {memberWords(member, shownNow())}
    </div>
  )
}

function bucketWords({ head, count, waiting }: BucketView): string {
  const name = head.prefix === '' ? 'all ids' : `prefix ${head.prefix.slice(-12)}`
  const own = head.isOwn ? ', with the own id' : ''
  const contacts = `${count} of ${head.width} contacts, ${waiting.length} waiting`
  return `Bucket ${name}${own}: ${contacts}, ${shareText(head.depth)}`
}
