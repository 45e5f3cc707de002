// What a node says about itself: a summary at one instant (API-4), as plain data that shares
// nothing with the core.

import type { Id } from '@dht/id'
import type { Endpoint, Family } from '@dht/krpc'
import type { CoreParts } from './core-parts.ts'
import { type Counters, copyCounters } from './counters.ts'
import type { BootstrapCount } from './operations/outcome.ts'
import type { Overlay } from './overlay/overlay.ts'
import { type Standings, standingsOf } from './overlay/standings.ts'
import type { AnnouncementInfo } from './publishing/announcement.ts'

export interface OverlayInfo {
  readonly family: Family
  /** The node's id in this family. */
  readonly id: Id
  /** The endpoint to which the transport is bound, or was bound last. */
  readonly local: Endpoint | undefined
  /** False after the transport has failed, until it is open again. */
  readonly isOpen: boolean
  /**
   * Whether the external address allows the id (BEP 42). Undefined where ids do not follow
   * addresses, and while the address is not known.
   */
  readonly isIdSecure: boolean | undefined
  /** Whether the node responds to no queries in this family, and says so (BEP 43). */
  readonly isReadOnly: boolean
  /** The address at which other nodes see this one; undefined while they do not agree. */
  readonly externalAddress: string | undefined
  /** Nodes whose vote on our address counts now, for whichever address; 32 at most. */
  readonly addressVotes: number
  readonly joined: boolean
  /** Bootstrap endpoints asked by the join under way, else by the last one. */
  readonly bootstrap: BootstrapCount
  /** Members of the routing table by standing. */
  readonly contacts: Standings
  /** Members per bucket, from the farthest to our own. */
  readonly buckets: readonly number[]
  /**
   * About how many nodes the network has in this family, as the density around the targets of our
   * lookups says: with an error of about 6 % after 64 lookups and of 25 % after 4.
   * Undefined while too few lookups have ended and too few neighbours are known.
   */
  readonly estimatedNodes: number | undefined
  /** Queries that were sent and have not ended. */
  readonly openQueries: number
  /** Queries that wait for their turn, because of the pace that receivers allow. */
  readonly waitingQueries: number
}

export interface CoreInfo {
  /** The node's id in the first of `overlays`; IPv4 where the node has it. */
  readonly id: Id
  readonly network: string
  readonly overlays: readonly OverlayInfo[]
  /** What other nodes stored here: identities and peers. */
  readonly store: { readonly keys: number; readonly peers: number }
  /** The items that are stored here (BEP 44), and the bytes of their values and salts. */
  readonly items: { readonly count: number; readonly bytes: number }
  /** What we publish. */
  readonly announcements: readonly AnnouncementInfo[]
  /** Operations of the user under way. */
  readonly operations: number
  readonly counters: Readonly<Counters>
}

/** @param id - the node's id in its first overlay */
export function coreInfo(parts: CoreParts, id: Id, now: number): CoreInfo {
  const { services, overlays, store, publisher, contents } = parts
  return {
    id,
    network: services.config.network.name,
    overlays: Array.from(overlays.values(), (overlay) => overlayInfo(overlay, now)),
    store: { keys: store.keys, peers: store.size },
    items: { count: contents.items.size, bytes: contents.items.bytes },
    announcements: publisher.info(),
    operations: services.operations.size,
    counters: copyCounters(services.counters),
  }
}

function overlayInfo(overlay: Overlay, now: number): OverlayInfo {
  const { family, ownId, idReview, addresses, table, queries, join } = overlay
  const { local } = addresses
  const isIdSecure = idReview.isSecure(now)
  const externalAddress = addresses.externalAddress(now)
  const address = { isIdSecure, externalAddress, addressVotes: addresses.votes(now) }
  const contacts = standingsOf(table, now)
  const buckets = table.snapshot().buckets.map((bucket) => bucket.members.length)
  const { joined, bootstrap } = join
  const { nodes } = overlay.size
  const estimatedNodes = nodes === undefined ? undefined : Math.round(nodes)
  const open = { openQueries: queries.open, waitingQueries: queries.waiting }
  const rest = { contacts, buckets, estimatedNodes, ...open }
  const isOpen = queries.isTransportOpen
  const { isReadOnly } = overlay.reachability
  return { family, id: ownId.id, local, isOpen, isReadOnly, ...address, joined, bootstrap, ...rest }
}
