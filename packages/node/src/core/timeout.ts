// When a core must be called next, and why: the earliest instant over all of its parts.

import type { CoreParts } from './core-parts.ts'
import { contactWaitEndsAt } from './overlay/first-contacts.ts'

/** An instant that a part of the core waits for, ms, monotonic, and what happens then. */
export interface Timeout {
  readonly at: number
  readonly reason: string
}

/** Possibly early, never late. Undefined: the core waits for nothing. */
export function nextTimeout(parts: CoreParts, now: number): Timeout | undefined {
  const next = { at: Number.POSITIVE_INFINITY, reason: '' }
  for (const overlay of parts.overlays.values()) {
    const { queries, maintenance, join, refresh, reachability } = overlay
    if (!queries.isTransportOpen) continue
    takeSooner(next, queries.nextTimeoutAt(), 'a query stalls or expires')
    takeSooner(next, queries.nextTurnAt(), 'a waiting query may be sent')
    takeSooner(next, maintenance.nextCheckAt(now), 'a contact needs a check')
    takeSooner(next, join.nextAt(), 'a join is due')
    takeSooner(next, refresh.nextAt(), 'a bucket is stale')
    takeSooner(next, reachability.nextAt(), 'the node may turn read-only or full')
    takeSooner(next, overlay.idReviewAt, 'our id may have to change')
  }
  takeSooner(next, parts.added.nextAt(now), 'an added node may be pinged')
  takeSooner(next, parts.publisher.nextAt(now), 'an announcement is due')
  takeSooner(next, contactWaitEndsAt(parts.overlays, now), 'the wait for contacts ends')
  takeSooner(next, parts.sweep.nextAt(), 'stored peers have expired')
  return next.at === Number.POSITIVE_INFINITY ? undefined : next
}

type Draft<T> = { -readonly [K in keyof T]: T[K] }

function takeSooner(next: Draft<Timeout>, at: number | undefined, reason: string): void {
  if (at === undefined || next.at <= at) return
  next.at = at
  next.reason = reason
}
