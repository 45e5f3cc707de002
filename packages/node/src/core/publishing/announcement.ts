// An id under which this node publishes a port: its schedule, the nodes that store it, and what
// `info` and `inspect` show of it.

import type { Id } from '@dht/id'
import type { RoundReport } from '../operations/outcome.ts'
import type { Announced } from './announced.ts'
import type { NearestIds } from './nearest-ids.ts'
import type { Round } from './round.ts'
import type { Holder } from './withdrawal.ts'

/** What the publisher keeps of an announcement. */
export interface Announcement extends Announced {
  readonly operationId: number
  dueAt: number
  /** Rounds in a row that were incomplete or found fewer than k nodes. */
  misses: number
  round: Round | undefined
  /** When the round after the last started one is due, unless the last one is retried. */
  regularAt: number
  last: RoundReport | undefined
  /** The nodes that stored it in the last round that was stored by any. */
  holders: readonly Holder[]
  /** When the publisher next checks whether the nodes closest to it have changed. */
  reviewAt: number
  /** The closest nodes at the last check. */
  neighbours: NearestIds
}

/** An announcement as `info` shows it. */
export interface AnnouncementInfo {
  readonly id: Id
  readonly port: number
  /** Whether nodes store the UDP port of this node in place of `port`. */
  readonly impliedPort: boolean
  readonly seed: boolean
  /** Instant at which the next round is due, ms, monotonic. */
  readonly dueAt: number
  readonly publishing: boolean
  /** The last report of a round. */
  readonly last: RoundReport | undefined
}

/** An announcement as `inspect` shows it. */
export interface AnnouncementInspection extends AnnouncementInfo {
  /** The operation that entered it. Entering the id again makes another announcement. */
  readonly operationId: number
  /** Rounds in a row, up to the last finished one, that were incomplete or found fewer than k. */
  readonly misses: number
  /** Start of the round under way, ms, monotonic. */
  readonly startedAt: number | undefined
  /** When the closest nodes are next checked, ms, monotonic; Infinity before the first round. */
  readonly reviewAt: number
  /** No round starts now: a withdrawal has not ended, or the node is closing. */
  readonly isBlocked: boolean
}

/** When something is next due for an announcement. */
export function firstAt({ dueAt, reviewAt }: Announcement): number {
  return Math.min(dueAt, reviewAt)
}

/** Most holders kept with those of earlier rounds: ours, four rounds of both families. */
export const MOST_HOLDERS = 64

/** All nodes that may store it: those of the round under way, then those of earlier rounds. */
export function holdersOf({ round, holders }: WithHolders): readonly Holder[] {
  const latest = round?.holders ?? []
  const known = new Set(latest.map(({ contact }) => contact.endpointKey))
  const others = holders.filter(({ contact }) => !known.has(contact.endpointKey))
  return [...latest, ...others.slice(0, Math.max(0, MOST_HOLDERS - latest.length))]
}

/** The holders once the round has ended: those of earlier rounds only if it had none. */
export function holdersAfter({ round, holders }: WithHolders): readonly Holder[] {
  const latest = round?.holders ?? []
  return latest.length > 0 ? latest : holders
}

type WithHolders = { readonly round: Pick<Round, 'holders'> | undefined } & Pick<
  Announcement,
  'holders'
>
