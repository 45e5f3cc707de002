// The whole state of a table as plain data: for people to look at, and for models to compare.
// A snapshot shares no array and no id of the table's own with it, so it never changes afterwards.
// Contacts are handed on as they are; the table treats them as immutable, and so should others.
// What follows from the rest (indices, instants announced early) is left out.

import { type Id, type Identified, idFromBytes } from '@dht/id'
import type { Entry } from './entry.ts'
import type { Spine } from './spine.ts'

export interface EntrySnapshot<C> {
  readonly contact: C
  /** Last seen at this instant, in ms; -Infinity: it has never answered us. */
  readonly lastSeenAt: number
  /** Queries to it that failed since its last answer in time, less those it answered late. */
  readonly failures: number
  /** When it last answered in time, in ms; -Infinity: never. */
  readonly answeredAt: number
}

export interface CandidateSnapshot<C> extends EntrySnapshot<C> {
  /** How often it was heard of since its last check, 3 at most. */
  readonly hearings: number
}

export interface BucketSnapshot<C> {
  /** What part of the id space it covers: all ids that share the first `length` bits of `base`. */
  readonly prefix: { readonly base: Id; readonly length: number }
  /** Longest unseen first (Kademlia paper, §2.2). */
  readonly members: readonly EntrySnapshot<C>[]
  /** The replacement cache, newest last. */
  readonly candidates: readonly CandidateSnapshot<C>[]
  /** When a refresh was last handed out, in ms; -Infinity: never. */
  readonly refreshedAt: number
  /** When a check was last handed out, of a member or of a candidate, in ms; -Infinity: never. */
  readonly checkedAt: number
  /** The member that is being checked, if that outcome is awaited still. */
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
export function snapshot<C extends Identified>(self: Id, spine: Spine<C>): TableSnapshot<C> {
  return {
    self: idFromBytes(self),
    buckets: spine.buckets.map((bucket) => {
      const { base, length } = spine.prefixOf(bucket)
      return {
        prefix: { base, length },
        members: bucket.members.entries.map(copyEntry),
        candidates: bucket.candidates.entries.map((entry) => {
          return { ...copyEntry(entry), hearings: entry.hearings }
        }),
        refreshedAt: bucket.refreshedAt,
        checkedAt: bucket.checkedAt,
        checking: bucket.checking?.contact,
        checkingSince: bucket.checkingSince,
      }
    }),
  }
}

function copyEntry<C extends Identified>(entry: Entry<C>): EntrySnapshot<C> {
  const { contact, lastSeenAt, failures, answeredAt } = entry
  return { contact, lastSeenAt, failures, answeredAt }
}
