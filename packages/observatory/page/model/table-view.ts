// A routing table as the page shows it: buckets with numbered slots. A contact keeps its slot for
// as long as it is a member, and what replaces it takes over that slot, so that the eye can follow
// one contact. The drawing asks for what has just happened (`addedAt`, `departed`).

import type {
  Bucket,
  BucketHead,
  BucketsChange,
  Member,
  MembersChange,
  Overlay,
  Peer,
  WaitingChange,
} from '../../src/protocol.ts'
import { bitAt } from './distance-bits.ts'

/** How long a contact that has left is still shown in its slot, ms. */
export const DEPARTED_MS = 2500

/** Most slots of one bucket that are drawn; a bucket of a hostile recording could claim any. */
const MOST_SLOTS = 4096

export interface Slot {
  readonly member: Member
  /** When it was first told; -Infinity: with the snapshot. */
  readonly addedAt: number
}

export interface Departed {
  readonly member: Member
  readonly at: number
}

export class BucketView {
  head: BucketHead
  /** Holes are empty slots. */
  readonly slots: (Slot | undefined)[] = []
  /** By slot: the contact that was there last, for a short time. */
  readonly departed: Map<number, Departed> = new Map()
  /** Slots that have changed since the drawing last took them. */
  readonly touched: Set<number> = new Set()
  count = 0
  /** The contacts in the replacement cache, the newest last. */
  waiting: readonly Peer[] = []

  constructor(head: BucketHead) {
    this.head = head
  }

  /** The slots to draw: those of the width, and more when members exceed it. */
  get capacity(): number {
    return Math.min(MOST_SLOTS, Math.max(this.head.width, this.slots.length))
  }

  members(): Member[] {
    return this.slots.flatMap((slot) => (slot === undefined ? [] : [slot.member]))
  }
}

export class TableView {
  id: string
  readonly family: 4 | 6
  buckets: BucketView[] = []
  /** Where each member is: its bucket and its slot. */
  readonly #places: Map<string, { readonly bucket: BucketView; readonly slot: number }> = new Map()

  constructor(overlay: Overlay) {
    this.id = overlay.id
    this.family = overlay.family
    this.buckets = overlay.buckets.map((bucket) => this.#bucketOf(bucket))
  }

  get size(): number {
    return this.#places.size
  }

  find(id: string): Slot | undefined {
    const place = this.#places.get(id)
    return place?.bucket.slots[place.slot]
  }

  bucketWith(id: string): BucketView | undefined {
    return this.#places.get(id)?.bucket
  }

  /** The bucket whose prefix the id has. */
  bucketFor(id: string): BucketView | undefined {
    return this.buckets.find(({ head }) => hasPrefix(id, head.prefix))
  }

  applyMembers({ at, set, removed }: MembersChange): void {
    for (const id of removed) this.#remove(id, at)
    for (const member of set) this.#put(member, at)
  }

  /** Takes over the heads; members move to the buckets that cover them now. */
  applyBuckets({ id, buckets }: BucketsChange): void {
    this.id = id
    const former = new Map(this.buckets.map((bucket) => [bucket.head.prefix, bucket]))
    const slots = this.buckets.flatMap((bucket) => bucket.slots)
    const areSame =
      buckets.length === this.buckets.length && buckets.every(({ prefix }) => former.has(prefix))
    this.buckets = buckets.map((head) => {
      const known = former.get(head.prefix)
      const bucket = areSame && known !== undefined ? known : new BucketView(head)
      bucket.head = head
      bucket.waiting = known?.waiting ?? []
      return bucket
    })
    if (areSame) return
    this.#places.clear()
    for (const slot of slots) {
      const bucket = slot === undefined ? undefined : this.bucketFor(slot.member.id)
      if (slot !== undefined && bucket !== undefined) this.#place(bucket, slot)
    }
  }

  applyWaiting({ buckets }: WaitingChange): void {
    for (const { prefix, contacts } of buckets) {
      const bucket = this.buckets.find(({ head }) => head.prefix === prefix)
      if (bucket !== undefined) bucket.waiting = contacts
    }
  }

  #bucketOf({ members, waiting, ...head }: Bucket): BucketView {
    const bucket = new BucketView(head)
    bucket.waiting = waiting
    for (const member of members) {
      this.#place(bucket, { member, addedAt: Number.NEGATIVE_INFINITY })
    }
    return bucket
  }

  #remove(id: string, at: number): void {
    const place = this.#places.get(id)
    if (place === undefined) return
    const { bucket, slot } = place
    const former = bucket.slots[slot] as Slot
    bucket.slots[slot] = undefined
    bucket.departed.set(slot, { member: former.member, at })
    bucket.touched.add(slot)
    bucket.count--
    this.#places.delete(id)
  }

  #put(member: Member, at: number): void {
    const place = this.#places.get(member.id)
    if (place !== undefined) {
      const { addedAt } = place.bucket.slots[place.slot] as Slot
      place.bucket.slots[place.slot] = { member, addedAt }
      place.bucket.touched.add(place.slot)
      return
    }
    const bucket = this.bucketFor(member.id)
    if (bucket !== undefined) this.#place(bucket, { member, addedAt: at })
  }

  /** The slot that was left last, which is where a replacement belongs; else the first free one. */
  #place(bucket: BucketView, slot: Slot): void {
    if (this.#places.has(slot.member.id)) return
    const left = [...bucket.departed]
      .filter(([at, { at: leftAt }]) => !bucket.slots[at] && slot.addedAt - leftAt < DEPARTED_MS)
      .at(-1)?.[0]
    const free = left ?? bucket.slots.indexOf(undefined)
    const index = free === -1 ? bucket.slots.length : free
    bucket.slots[index] = slot
    bucket.touched.add(index)
    bucket.count++
    this.#places.set(slot.member.id, { bucket, slot: index })
  }
}

/** Whether an id begins with the bits of a prefix. */
export function hasPrefix(id: string, prefix: string): boolean {
  for (let index = 0; index < prefix.length; index++) {
    if (bitAt(id, index) !== Number(prefix[index])) return false
  }
  return true
}
