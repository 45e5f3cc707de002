// One entry that this node publishes: what drives it, and what users and onlookers see of it.

import type { Id } from '@dht/id'
import type { RoundReport } from '../operations/outcome.ts'
import type { NearestIds } from './nearest-ids.ts'
import type { Round } from './round.ts'
import type { Holder } from './withdrawal.ts'

/** What the publisher keeps of an entry. */
export interface Announcement {
  readonly target: Id
  readonly port: number
  readonly operationId: number
  dueAt: number
  /** Rounds in a row after which there is more to be had: incomplete ones, and thin ones. */
  misses: number
  round: Round | undefined
  /** When the next round after the last one to begin is due, unless that one is retried. */
  regularAt: number
  last: RoundReport | undefined
  /** Those of the last round that had any. */
  holders: readonly Holder[]
  /** When it is next looked at whether its neighbourhood has changed. */
  reviewAt: number
  /** Who was near when that was last looked at. */
  neighbours: NearestIds
}

/** One published entry as `info` shows it. */
export interface AnnouncementInfo {
  readonly id: Id
  readonly port: number
  /** Instant at which the next round is due, ms, monotonic. */
  readonly dueAt: number
  readonly publishing: boolean
  /** The last report of a round. */
  readonly last: RoundReport | undefined
}

/** One published entry with what drives it. */
export interface AnnouncementInspection extends AnnouncementInfo {
  /** The call that entered it; another one is another generation. */
  readonly operationId: number
  /** Rounds in a row, up to the last finished one, that were incomplete or found fewer than k. */
  readonly misses: number
  /** Start of the round under way, ms, monotonic. */
  readonly startedAt: number | undefined
  /** When its neighbourhood is next looked at, ms, monotonic; Infinity before its first round. */
  readonly reviewAt: number
  /** No round begins before a withdrawal has ended, or none at all, for the node is closing. */
  readonly isBlocked: boolean
}

/** When something is to be done about an entry. */
export function firstAt({ dueAt, reviewAt }: Announcement): number {
  return Math.min(dueAt, reviewAt)
}

/** Holders up to which those of earlier rounds are kept: ours, four rounds of both families. */
export const MOST_HOLDERS = 64

/**
 * All that may hold the entry: those of the round under way first, then those of an earlier one
 * that it has not come to yet.
 */
export function holdersOf({ round, holders }: HeldAnnouncement): readonly Holder[] {
  const latest = round?.holders ?? []
  const known = new Set(latest.map(({ contact }) => contact.endpointKey))
  const others = holders.filter(({ contact }) => !known.has(contact.endpointKey))
  return [...latest, ...others.slice(0, Math.max(0, MOST_HOLDERS - latest.length))]
}

/** The same once the round has ended: those of an earlier one only when it found none. */
export function holdersAfter({ round, holders }: HeldAnnouncement): readonly Holder[] {
  const latest = round?.holders ?? []
  return latest.length > 0 ? latest : holders
}

type HeldAnnouncement = { readonly round: Pick<Round, 'holders'> | undefined } & Pick<
  Announcement,
  'holders'
>
