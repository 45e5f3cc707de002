// What a node can say about itself, taken at one step (API-4): plain data, nothing shared with the
// core.

import type { Id } from '@dht/id'
import type { Endpoint, Family } from '@dht/krpc'
import type { Counters } from './counters.ts'
import type { BootstrapCount } from './operations/outcome.ts'
import type { Overlay } from './overlay/overlay.ts'
import { type Standings, standingsOf } from './overlay/standings.ts'
import type { AnnouncementInfo } from './publishing/announcement.ts'

export interface OverlayInfo {
  readonly family: Family
  /** Our own bound endpoint. */
  readonly local: Endpoint | undefined
  /** False while its transport has failed and is not open again. */
  readonly isOpen: boolean
  /** Our address as others agree to see it; undefined while they don't. */
  readonly externalAddress: string | undefined
  readonly joined: boolean
  /** Bootstrap endpoints asked by the join under way, else by the last one. */
  readonly bootstrap: BootstrapCount
  /** Members of the routing table by standing. */
  readonly contacts: Standings
  /** Members per bucket, from the farthest to our own. */
  readonly buckets: readonly number[]
  /** Questions asked that have no end yet. */
  readonly openQuestions: number
  /** Questions that wait for their turn, for the pace that receivers allow. */
  readonly waitingQueries: number
}

export interface CoreInfo {
  readonly id: Id
  readonly network: string
  readonly overlays: readonly OverlayInfo[]
  /** What others registered with us: identities and peers. */
  readonly store: { readonly keys: number; readonly peers: number }
  /** What we publish. */
  readonly announcements: readonly AnnouncementInfo[]
  /** Users' operations under way. */
  readonly operations: number
  readonly counters: Readonly<Counters>
}

export function overlayInfo(overlay: Overlay, now: number): OverlayInfo {
  const { family, addresses, table, queries, join } = overlay
  const { local } = addresses
  const externalAddress = addresses.externalAddress(now)
  const contacts = standingsOf(table, now)
  const buckets = table.snapshot().buckets.map((bucket) => bucket.members.length)
  const { joined, bootstrap } = join
  const rest = { contacts, buckets, openQuestions: queries.open, waitingQueries: queries.waiting }
  const isOpen = queries.isTransportOpen
  return { family, local, isOpen, externalAddress, joined, bootstrap, ...rest }
}
