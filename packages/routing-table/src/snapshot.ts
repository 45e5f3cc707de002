// The whole state of a table as plain data, for people to look at and for models to compare.
// A snapshot shares no array and no id of its own with the table, so it never changes afterwards.
// Contacts are the caller's objects, which nobody changes. What follows from the rest (indices,
// instants announced early) is left out.

import { type Id, type Identified, idFromBytes } from '@dht/id'
import type { BucketList } from './bucket-list.ts'
import type { TableEntry } from './table-entry.ts'

export interface TableEntrySnapshot<C> {
  readonly contact: C
  /** When it was last seen, in ms; -Infinity: it has never responded to us. */
  readonly lastSeenAt: number
  /** Queries to it that failed since its last response in time, minus its late responses. */
  readonly failures: number
  /** When it last responded in time, in ms; -Infinity: never. */
  readonly respondedAt: number
}

export interface WaitingContactSnapshot<C> extends TableEntrySnapshot<C> {
  /** Messages received from it since its last check, 3 at most. */
  readonly messagesSinceCheck: number
}

export interface BucketSnapshot<C> {
  /** It covers the ids that share the first `length` bits of `base`. */
  readonly prefix: { readonly base: Id; readonly length: number }
  /** The one not seen for longest first (Kademlia paper, §2.2). */
  readonly members: readonly TableEntrySnapshot<C>[]
  /** The replacement cache, newest last. */
  readonly waiting: readonly WaitingContactSnapshot<C>[]
  /** When a refresh was last handed out, in ms; -Infinity: never. */
  readonly refreshedAt: number
  /** When a check, of whichever kind, was last handed out, in ms; -Infinity: never. */
  readonly checkedAt: number
  /** The member that is being checked, if the outcome is not known yet. */
  readonly checking: C | undefined
  /** When that check, or the last one of a member, was handed out, in ms; -Infinity: never. */
  readonly checkingSince: number
}

export interface TableSnapshot<C> {
  readonly self: Id
  /** Far to near; the last one is our own bucket. */
  readonly buckets: readonly BucketSnapshot<C>[]
}

/** Copies the state of a table. */
export function snapshot<C extends Identified>(self: Id, buckets: BucketList<C>): TableSnapshot<C> {
  return {
    self: idFromBytes(self),
    buckets: buckets.all.map((bucket) => {
      const { base, length } = buckets.prefixOf(bucket)
      return {
        prefix: { base, length },
        members: bucket.members.entries.map(copyEntry),
        waiting: bucket.waiting.entries.map((entry) => {
          return { ...copyEntry(entry), messagesSinceCheck: entry.messagesSinceCheck }
        }),
        refreshedAt: bucket.refreshedAt,
        checkedAt: bucket.checkedAt,
        checking: bucket.checking?.contact,
        checkingSince: bucket.checkingSince,
      }
    }),
  }
}

function copyEntry<C extends Identified>(entry: TableEntry<C>): TableEntrySnapshot<C> {
  const { contact, lastSeenAt, failures, respondedAt } = entry
  return { contact, lastSeenAt, failures, respondedAt }
}
