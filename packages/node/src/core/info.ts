// What a node can say about itself, taken at one step (API-4): plain data, nothing shared with the
// core.

import type { Id } from '@dht/id'
import type { Endpoint, Family } from '@dht/krpc'
import type { Counters } from './counters.ts'
import type { Overlay } from './overlay.ts'
import type { EntryInfo } from './publisher.ts'
import { type Standings, standingsOf } from './standings.ts'

export interface OverlayInfo {
  readonly family: Family
  /** Our own bound endpoint. */
  readonly local: Endpoint | undefined
  readonly joined: boolean
  /** Members of the routing table by standing. */
  readonly contacts: Standings
  /** Members per bucket, from the farthest to our own. */
  readonly buckets: readonly number[]
  /** Questions asked that have no end yet. */
  readonly openQuestions: number
}

export interface CoreInfo {
  readonly id: Id
  readonly network: string
  readonly overlays: readonly OverlayInfo[]
  /** What others registered with us: identities and peers. */
  readonly store: { readonly keys: number; readonly peers: number }
  /** What we publish. */
  readonly entries: readonly EntryInfo[]
  /** Users' wishes under way. */
  readonly wishes: number
  readonly counters: Readonly<Counters>
}

export function overlayInfo(overlay: Overlay, joined: boolean, now: number): OverlayInfo {
  const { family, local, open, table } = overlay
  const contacts = standingsOf(table, now)
  const buckets = table.snapshot().buckets.map((bucket) => bucket.members.length)
  return { family, local, joined, contacts, buckets, openQuestions: open }
}
