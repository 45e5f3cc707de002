// When announcements are renewed by default: as the network says, and sooner where stored peers
// expire sooner. A short lifetime alone must give a schedule that works, so every span that was not
// given shrinks in the same proportion. Spans that were given are never changed.

import type { Network } from '@dht/krpc'

const MINUTE = 60_000

/** Default of `peerLifetimeMs`, ms: Kademlia practice, and the original system's. */
export const PEER_LIFETIME_MS: number = 60 * MINUTE

/** Rounds in each lifetime at the least: ours, so that one may fail. */
const RENEWALS_PER_LIFETIME = 2

/** Most of a lifetime that one lookup takes: ours, so that a round and its retries fit. */
const LOOKUPS_PER_LIFETIME = 8

/** Longest wait of a query for its turn, ms: ours, the span over which receivers count. */
const PACE_WAIT_MS = 10_000

/** Most of a lifetime that one such wait takes: ours, so that a round has room for two. */
const PACE_WAITS_PER_LIFETIME = 40

/** A jitter in proportion to the renewal: ours, 2 minutes of 30. */
const JITTERS_PER_RENEWAL = 15

/** Checks of the closest nodes in a renewal: ours, every 5 of 30 minutes; 1 of 8 nodes leaves. */
const REVIEWS_PER_RENEWAL = 6

/** The options that the defaults follow from. */
interface Given {
  readonly network: Network
  readonly peerLifetimeMs?: number | undefined
  readonly republishMs?: number | undefined
}

/** Spans of the publishing schedule, ms. */
export interface ScheduleDefaults {
  readonly republishMs: number
  readonly republishJitterMs: number
  readonly retryMs: number
  readonly retryMaxMs: number
  readonly lookupDeadlineMs: number
  readonly paceWaitMs: number
  readonly reviewMs: number
}

/** The spans that apply where no option was given. */
export function scheduleDefaults(given: Given): ScheduleDefaults {
  const lifetimeMs = given.peerLifetimeMs ?? PEER_LIFETIME_MS
  const share = Math.min(1, lifetimeMs / PEER_LIFETIME_MS)
  const renewalMs = Math.min(given.network.republishMs, lifetimeMs / RENEWALS_PER_LIFETIME)
  const republishMs = given.republishMs ?? renewalMs
  return {
    republishMs: renewalMs,
    republishJitterMs: Math.min(2 * MINUTE * share, republishMs / JITTERS_PER_RENEWAL),
    retryMs: 30_000 * share,
    retryMaxMs: 5 * MINUTE * share,
    reviewMs: republishMs / REVIEWS_PER_RENEWAL,
    lookupDeadlineMs: Math.min(MINUTE, lifetimeMs / LOOKUPS_PER_LIFETIME),
    paceWaitMs: Math.min(PACE_WAIT_MS, lifetimeMs / PACE_WAITS_PER_LIFETIME),
  }
}
