// What people see who watch a node: more than `info` says, without what only debuggers need. It is
// made when it is asked for, and nothing is kept for it. No secret and no write token is in it.

import type { Id } from '@dht/id'
import type { Contact, Family, RoundTripHistogram } from '@dht/krpc'
import type { BucketSnapshot, Standing, TableEntrySnapshot } from '@dht/routing-table'
import type { ItemSize, TargetSize } from '@dht/store'
import type { CoreParts } from './core-parts.ts'
import { type CoreInfo, coreInfo } from './info.ts'
import { type LimitUse, limitUses } from './limit-use.ts'
import type { Overlay } from './overlay/overlay.ts'

/** Most targets and most items in a view: ours. */
const MOST_LISTED = 100

export interface CoreView {
  /** The instant, ms, monotonic. */
  readonly at: number
  readonly info: CoreInfo
  /** Bits of an id. */
  readonly idBits: number
  readonly k: number
  readonly alpha: number
  /** Silence after which a contact is questionable, ms. */
  readonly quietMs: number
  /** Whether the network has items (BEP 44). */
  readonly hasItems: boolean
  /** In the order of `info.overlays`. */
  readonly tables: readonly TableView[]
  /** In the same order. */
  readonly traffic: readonly TrafficView[]
  /** For each of `info.announcements` the nodes that may store it. */
  readonly holders: readonly (readonly Contact[])[]
  /** The targets with most stored peers, 100 at most, those with most first. */
  readonly targets: readonly TargetSize[]
  /** The longest stored items, 100 at most, the longest first. */
  readonly items: readonly ItemSize[]
  readonly limits: readonly LimitUse[]
}

export interface TableView {
  readonly family: Family
  readonly id: Id
  /** Far to near; the last one is our own bucket. */
  readonly buckets: readonly BucketView[]
}

export interface BucketView {
  /** It covers the ids that share the first `length` bits of `base`. */
  readonly prefix: { readonly base: Id; readonly length: number }
  /** Most members. */
  readonly width: number
  /** The one not seen for longest first. */
  readonly members: readonly MemberView[]
  /** The contacts in the replacement cache, the newest last. */
  readonly waiting: readonly Contact[]
  /** When it was last refreshed, ms; undefined: never. */
  readonly refreshedAt: number | undefined
  /** The member that is being checked. */
  readonly checking: Contact | undefined
}

export interface MemberView {
  readonly contact: Contact
  readonly standing: Standing
  /** When it last responded in time, ms; undefined: never. */
  readonly respondedAt: number | undefined
  /** When it was last seen, ms; undefined: never. */
  readonly seenAt: number | undefined
  /** Queries to it that failed since it last responded. */
  readonly failures: number
  /** Smoothed round trip, ms; undefined: unknown, or no longer known. */
  readonly roundTripMs: number | undefined
}

export interface TrafficView {
  readonly family: Family
  /** Queries sent since the start, by method. */
  readonly sent: Readonly<Record<string, number>>
  readonly roundTrips: RoundTripHistogram
}

/** @param id - the node's id in its first overlay */
export function viewCore(parts: CoreParts, id: Id, now: number): CoreView {
  const { services, overlays, store, contents, publisher } = parts
  const { config, network } = services
  const all = [...overlays.values()]
  return {
    at: now,
    info: coreInfo(parts, id, now),
    idBits: network.idLength * 8,
    k: config.k,
    alpha: config.alpha,
    quietMs: config.quietMs,
    hasItems: network.methods.names.includes('put'),
    tables: all.map((overlay) => viewTable(overlay, config, now)),
    traffic: all.map(({ family, queries }) => ({
      family,
      sent: queries.sentByMethod,
      roundTrips: queries.roundTrips,
    })),
    holders: publisher.holders(),
    targets: store.largestTargets(MOST_LISTED),
    items: contents.items.largest(MOST_LISTED),
    limits: limitUses(parts),
  }
}

type Widths = Pick<CoreParts['services']['config'], 'bucketWidths' | 'k'>

function viewTable(overlay: Overlay, widths: Widths, now: number): TableView {
  const { buckets } = overlay.table.snapshot()
  return {
    family: overlay.family,
    id: overlay.ownId.id,
    buckets: buckets.map((bucket, index) => {
      const isOwn = index === buckets.length - 1
      const width = isOwn ? widths.k : Math.max(widths.bucketWidths[index] ?? 0, widths.k)
      return { width, ...viewBucket(overlay, bucket, now) }
    }),
  }
}

function viewBucket(
  overlay: Overlay,
  { prefix, members, waiting, refreshedAt, checking }: BucketSnapshot<Contact>,
  now: number,
): Omit<BucketView, 'width'> {
  return {
    prefix,
    members: members.map((member) => viewMember(overlay, member, now)),
    waiting: waiting.map(({ contact }) => contact),
    refreshedAt: instantOf(refreshedAt),
    checking,
  }
}

function viewMember(
  { table, queries }: Overlay,
  { contact, respondedAt, lastSeenAt, failures }: TableEntrySnapshot<Contact>,
  now: number,
): MemberView {
  return {
    contact,
    standing: table.standing(contact.id, now) as Standing,
    respondedAt: instantOf(respondedAt),
    seenAt: instantOf(lastSeenAt),
    failures,
    roundTripMs: queries.roundTripMs(contact.endpoint),
  }
}

/** -Infinity stands for never. */
function instantOf(at: number): number | undefined {
  return at === Number.NEGATIVE_INFINITY ? undefined : at
}
