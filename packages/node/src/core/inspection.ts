// What an onlooker may know of a core at one instant: the whole of it, as plain data, for judges
// that check every invariant after every event, for models, and for whoever watches a network work.
// Nothing is kept for its sake: all is read when somebody asks, and nobody who does not ask pays.
// What is left out is what nobody may know: secrets of tokens and stores, and what is to be drawn.

import type { Id } from '@dht/id'
import { type Contact, decodeMessage, type Endpoint, type Family, type Query } from '@dht/krpc'
import type { BucketSnapshot, EntrySnapshot, Standing } from '@dht/routing-table'
import type { PeerStoreSnapshot } from '@dht/store'
import type { CoreConfig } from './config/core-options.ts'
import type { Counters } from './counters.ts'
import type { BootstrapCount } from './operations/outcome.ts'
import type { Overlay } from './overlay/overlay.ts'
import type { AnnouncementInspection } from './publishing/announcement.ts'
import type { OpenQueryInfo } from './queries/open-query.ts'

export interface CoreInspection {
  /** The instant asked about, ms, monotonic. */
  readonly at: number
  readonly id: Id
  readonly config: CoreConfig
  /** In the order in which their sockets were bound. */
  readonly overlays: readonly OverlayInspection[]
  /** What others registered with us, as of the latest instant that the store was told. */
  readonly store: PeerStoreSnapshot
  /** `floor(t / tokenRotateMs)` of the latest token asked for or shown; -Infinity: none was. */
  readonly tokenEpoch: number
  /** Sources of queries counted in the present window. */
  readonly sources: number
  /** What we publish, oldest first. */
  readonly announcements: readonly AnnouncementInspection[]
  /** Ticket of the user who waits for everything to be taken back. */
  readonly leaving: number | undefined
  /** Tickets of the operations under way, oldest first. */
  readonly operations: readonly number[]
  /** Tickets of the lookups that wait for somebody to ask, oldest first. */
  readonly held: readonly number[]
  readonly counters: Readonly<Counters>
  /** What `nextTimeout` says. */
  readonly nextTimeout: { readonly at: number; readonly reason: string } | undefined
}

export interface OverlayInspection {
  readonly family: Family
  /** Our own bound endpoint. */
  readonly local: Endpoint
  /** Far to near; the last one is our own bucket. */
  readonly buckets: readonly BucketInspection[]
  /** Open questions, in the order in which they were put. */
  readonly questions: readonly QuestionInspection[]
  /** Public routers, `address:port`: asked, never members. */
  readonly routers: readonly string[]
  readonly join: {
    readonly isRunning: boolean
    /** Whether the first attempt of all is looking for our own id. */
    readonly isApproaching: boolean
    /** Whether an attempt has ended, found anybody or not. */
    readonly hasTried: boolean
    /** Whether the last attempt found anybody. */
    readonly joined: boolean
    readonly bootstrap: BootstrapCount
    /** When the next one begins, ms; undefined: none is due. */
    readonly nextAt: number | undefined
    /** How long it waits for the one after that, give or take a half, ms. */
    readonly waitMs: number
  }
  readonly refresh: {
    readonly isRunning: boolean
    /** When the next bucket may be refreshed, ms; undefined while one is, or with nobody to ask. */
    readonly nextAt: number | undefined
  }
  /** Not later than the next check of a contact, ms; undefined: nobody wants one. */
  readonly nextCheckAt: number | undefined
  /** When the next question stalls or expires, ms; undefined: none is open. */
  readonly nextTimeoutAt: number | undefined
}

export interface BucketInspection extends Omit<BucketSnapshot<Contact>, 'members'> {
  readonly members: readonly MemberInspection[]
  /** Most members it may have. */
  readonly width: number
}

export interface MemberInspection extends EntrySnapshot<Contact> {
  readonly standing: Standing
}

/** A question without an end yet. */
export interface QuestionInspection extends Omit<OpenQueryInfo, 'bytes'> {
  /** As it was sent: method, transaction id and all. */
  readonly query: Query
}

/** One address family's part of the node. */
export function inspectOverlay(
  overlay: Overlay,
  config: CoreConfig,
  now: number,
): OverlayInspection {
  const { addresses, maintenance, queries, join, refresh } = overlay
  const { isRunning, isApproaching, hasTried, joined, bootstrap, waitMs } = join
  const nextAt = join.nextAt()
  return {
    family: overlay.family,
    local: addresses.local,
    buckets: buckets(overlay, config, now),
    questions: queries.inspect().map((question) => inspectQuestion(question, config)),
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

function inspectQuestion(question: OpenQueryInfo, { network }: CoreConfig): QuestionInspection {
  const { bytes, ...rest } = question
  // A copy: what is read of a message are views of its bytes.
  return { ...rest, query: decodeMessage(bytes.slice(), network) as Query }
}
