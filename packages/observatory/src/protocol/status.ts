// Everything of a node but its tables and lookups, as an observer sees it.

import type { Peer } from './members.ts'

export interface Status {
  readonly overlays: readonly OverlayStatus[]
  readonly store: StoreStatus
  /** What the node announces, oldest first; `MAX_LISTED` at most. */
  readonly announcements: readonly Announcement[]
  /** Number of all announcements. */
  readonly announcementCount: number
  readonly traffic: Traffic
  /** Operations of users under way. */
  readonly operations: number
}

export interface OverlayStatus {
  readonly family: 4 | 6
  /** The endpoint of the socket. */
  readonly local?: string
  /** The address at which others see the node; absent while they do not agree. */
  readonly externalAddress?: string
  readonly isOpen: boolean
  readonly joined: boolean
  /** Whether the node responds to no queries (BEP 43). */
  readonly isReadOnly: boolean
  /** Whether the id fits the external address (BEP 42); absent where that does not matter. */
  readonly isIdSecure?: boolean
  /** Bootstrap nodes queried by the last join, and how many responded. */
  readonly bootstrap: { readonly queried: number; readonly responded: number }
  readonly openQueries: number
  /** Queries that wait for their turn because of the pace. */
  readonly waitingQueries: number
}

export interface StoreStatus {
  /** Identities with stored peers, and peers under all of them. */
  readonly keys: number
  readonly peers: number
  /** Those with most peers first; `MAX_LISTED` at most. */
  readonly listed: readonly { readonly id: string; readonly peers: number }[]
  /** Stored items (BEP 44), and the bytes of their values and salts. */
  readonly items: number
  readonly itemBytes: number
  /** The largest first; `MAX_LISTED` at most. `seq` is a decimal number, of mutable items only. */
  readonly listedItems: readonly {
    readonly id: string
    readonly bytes: number
    readonly seq?: string
  }[]
}

export interface Announcement {
  readonly id: string
  readonly port: number
  /** Whether the port of the node's socket is announced in place of `port`. */
  readonly impliedPort: boolean
  readonly seed: boolean
  /** When the next round is due. */
  readonly dueAt: number
  readonly isPublishing: boolean
  readonly last?: Round
  /** The nodes that may store it now. */
  readonly holders: readonly Peer[]
}

/** A round of publishing at the nodes nearest to the id. */
export interface Round {
  readonly startedAt: number
  readonly durationMs: number
  readonly accepted: readonly Peer[]
  readonly refused: readonly (Peer & { readonly code: number; readonly text: string })[]
  readonly unreachable: readonly Peer[]
  /** Nodes that have not responded yet. */
  readonly pending: number
  readonly complete: boolean
}

export interface Traffic {
  /** Totals since the start, by the names of the counters of the node. */
  readonly totals: Readonly<Record<string, number>>
  /** Queries received, by method. */
  readonly received: Readonly<Record<string, number>>
  /** Queries sent, by method. */
  readonly sent: Readonly<Record<string, number>>
  readonly roundTrips: Histogram
  readonly limits: readonly Limit[]
}

export interface Histogram {
  /** Upper bounds of the classes, ms, ascending. A value equal to a bound counts below it. */
  readonly bounds: readonly number[]
  /** One more than bounds: the last counts what is above all bounds. Totals since the start. */
  readonly counts: readonly number[]
}

/** A bound of the node, and how far it is used. */
export interface Limit {
  /** Such as `open-queries`, `queries-per-source`, `reply-bytes`, `stored-peers`. */
  readonly name: string
  readonly limit: number
  readonly unit: 'count' | 'per-second' | 'per-window' | 'bytes-per-second' | 'bytes'
  /** How much of it is used now; absent where that is not known. */
  readonly used?: number
  /** How often it was reached since the start; absent where that is not counted. */
  readonly reached?: number
}
