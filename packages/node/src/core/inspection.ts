// For simulators, models and debuggers only: the whole state of a core at one instant, as plain
// data. Invariant checkers read it after every event. The core keeps nothing for it and never reads
// it, so a core that is not inspected pays nothing. Secrets of tokens and of the store are left
// out.

import type { Id } from '@dht/id'
import { type Contact, decodeMessage, type Endpoint, type Family, type Query } from '@dht/krpc'
import type { BucketSnapshot, Standing, TableEntrySnapshot } from '@dht/routing-table'
import type { ItemStoreSnapshot, PeerStoreSnapshot } from '@dht/store'
import type { CoreConfig } from './config/core-options.ts'
import type { CoreParts } from './core-parts.ts'
import { type Counters, copyCounters } from './counters.ts'
import type { BootstrapCount } from './operations/outcome.ts'
import type { Overlay } from './overlay/overlay.ts'
import type { AnnouncementInspection } from './publishing/announcement.ts'
import type { OpenQueryInfo } from './queries/open-query.ts'
import { nextTimeout, type Timeout } from './timeout.ts'

export interface CoreInspection {
  /** The instant asked about, ms, monotonic. */
  readonly at: number
  readonly config: CoreConfig
  /** In the order in which their transports were bound. */
  readonly overlays: readonly OverlayInspection[]
  /** The stored peers, as of the latest instant that the store was told. */
  readonly store: PeerStoreSnapshot
  /** The stored items (BEP 44), likewise. */
  readonly items: ItemStoreSnapshot
  /** `floor(t / tokenRotateMs)` of the latest token issued or checked; -Infinity: none was. */
  readonly tokenEpoch: number
  /** Sources of queries counted in the current window. */
  readonly sources: number
  /** What we publish, oldest first. */
  readonly announcements: readonly AnnouncementInspection[]
  /** Id of the `leave` operation under way. */
  readonly leaving: number | undefined
  /** Ids of the operations under way, oldest first. */
  readonly operations: readonly number[]
  /** Operation ids of the lookups that wait for first contacts, oldest first. */
  readonly deferred: readonly number[]
  readonly counters: Readonly<Counters>
  /** What `nextTimeout` says. */
  readonly nextTimeout: Timeout | undefined
}

export interface OverlayInspection {
  readonly family: Family
  /** The node's id in this family. */
  readonly id: Id
  /** The endpoint to which the transport is bound. */
  readonly local: Endpoint
  /** Far to near; the last one is our own bucket. */
  readonly buckets: readonly BucketInspection[]
  /** Open queries, in the order in which they were sent. */
  readonly openQueries: readonly QueryInspection[]
  /** Public routers, `address:port`: asked, never members. */
  readonly routers: readonly string[]
  readonly join: {
    readonly isRunning: boolean
    /** Whether the first attempt is still looking up our own id. */
    readonly isApproaching: boolean
    /** Whether an attempt has ended, with or without contacts. */
    readonly hasTried: boolean
    /** Whether the last attempt found contacts. */
    readonly joined: boolean
    readonly bootstrap: BootstrapCount
    /** When the next one begins, ms; undefined: none is due. */
    readonly nextAt: number | undefined
    /** The wait before the attempt after that, ms; half of it is added or taken off at random. */
    readonly waitMs: number
  }
  readonly refresh: {
    readonly isRunning: boolean
    /**
     * When the next bucket may be refreshed, ms; undefined while a refresh runs, and while the
     * table is empty.
     */
    readonly nextAt: number | undefined
  }
  /** Not later than the next check of a contact, ms; undefined: none is needed. */
  readonly nextCheckAt: number | undefined
  /** When the next query stalls or expires, ms; undefined: none is open. */
  readonly nextTimeoutAt: number | undefined
}

export interface BucketInspection extends Omit<BucketSnapshot<Contact>, 'members'> {
  readonly members: readonly MemberInspection[]
  /** Most members it may have. */
  readonly width: number
}

export interface MemberInspection extends TableEntrySnapshot<Contact> {
  readonly standing: Standing
}

/** A query that has not ended. */
export interface QueryInspection extends Omit<OpenQueryInfo, 'bytes'> {
  /** The message as it was sent, with method and transaction id. */
  readonly query: Query
}

export function inspectCore(parts: CoreParts, now: number): CoreInspection {
  const { services, overlays, store, publisher } = parts
  const { config, counters, operations } = services
  return {
    at: now,
    config,
    overlays: Array.from(overlays.values(), (each) => inspectOverlay(each, config, now)),
    // A later instant would make the store expire peers.
    store: store.snapshot(Number.NEGATIVE_INFINITY),
    items: parts.contents.items.snapshot(Number.NEGATIVE_INFINITY),
    tokenEpoch: parts.contents.tokenEpoch,
    sources: parts.rateLimiter.sources,
    announcements: publisher.inspect(),
    leaving: publisher.leaving,
    operations: operations.ids,
    deferred: parts.dispatcher.deferred,
    counters: copyCounters(counters),
    nextTimeout: nextTimeout(parts, now),
  }
}

function inspectOverlay(overlay: Overlay, config: CoreConfig, now: number): OverlayInspection {
  const { addresses, maintenance, queries, join, refresh } = overlay
  const { isRunning, isApproaching, hasTried, joined, bootstrap, waitMs } = join
  const nextAt = join.nextAt()
  return {
    family: overlay.family,
    id: overlay.ownId.id,
    local: addresses.local,
    buckets: buckets(overlay, config, now),
    openQueries: queries.inspect().map((query) => inspectQuery(query, config)),
    routers: addresses.routers,
    join: { isRunning, isApproaching, hasTried, joined, bootstrap, nextAt, waitMs },
    refresh: { isRunning: refresh.isRunning, nextAt: refresh.nextAt() },
    nextCheckAt: maintenance.nextCheckAt(now),
    nextTimeoutAt: queries.nextTimeoutAt(),
  }
}

function buckets({ table }: Overlay, config: CoreConfig, now: number): BucketInspection[] {
  const all = table.snapshot().buckets
  return all.map((bucket, index) => ({
    ...bucket,
    // Our own bucket is never wide.
    width: index === all.length - 1 ? config.k : widthOf(index, config),
    members: bucket.members.map((member) => ({
      ...member,
      standing: table.standing(member.contact.id, now) as Standing,
    })),
  }))
}

function widthOf(index: number, { bucketWidths, k }: CoreConfig): number {
  return Math.max(bucketWidths[index] ?? k, k)
}

function inspectQuery(open: OpenQueryInfo, { network }: CoreConfig): QueryInspection {
  const { bytes, ...rest } = open
  // The decoded message has views of its bytes.
  return { ...rest, query: decodeMessage(bytes.slice(), network) as Query }
}
