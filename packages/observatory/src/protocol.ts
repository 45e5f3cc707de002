// What an observer is told of a node: messages of plain JSON, the same in the live stream and in a
// recording. A property without a value is absent. Ids are lower-case hex, endpoints text such as
// `192.0.2.7:6881` or `[2001:db8::7]:6881`. All instants (`…At`, `at`) are milliseconds on the
// monotonic clock of the node, whose zero has no meaning. All texts that come from other nodes have
// no control characters, and at most `MAX_TEXT` characters; show them as text only.
//
// The live server (all paths on loopback, answers in JSON):
//
// - `POST /session` with `SessionRequest`: 204 and the cookie, or 401. The token is the fragment of
//   the URL that the program printed: `http://127.0.0.1:PORT/#token=HEX`.
// - `GET /stream` (SSE, with the cookie): `data:` is a `Batch`. The first batch of a connection
//   begins with `welcome` and `snapshot`, so an `EventSource` may connect again at any time.
//   A client that reads too slowly is disconnected. 401 without a session, 503 with too many.
// - `POST /lookup` with `LookupRequest`: 202 `LookupReply`; the steps, and at last a message
//   `lookup-result`, come in the stream. At most `lookupsPerMinute`, then 429 with `retry-after`.
// - `POST /enter` (`EnterRequest`), `POST /delete` (`DeleteRequest`), `POST /put` (`PutRequest`):
//   202 `Done`; 403 without `capabilities.write`.
// - `GET /relay` (with the cookie): 200 `RelayOffer`; 404 without `capabilities.relay`.
// - Every refusal has the body `Refusal`. Every POST needs `content-type: application/json`.

import type { ObservedEvent } from './protocol/events.ts'
import type { LookupHead, LookupRecord, LookupStep } from './protocol/lookup-steps.ts'
import type { BucketHead, Member, Overlay, Peer } from './protocol/members.ts'
import type { Status } from './protocol/status.ts'

export type { ObservedEvent } from './protocol/events.ts'
export type { LookupHead, LookupQuery, LookupRecord, LookupStep } from './protocol/lookup-steps.ts'
export type { Bucket, BucketHead, Member, Overlay, Peer, State } from './protocol/members.ts'
export type {
  DeleteRequest,
  Done,
  EnterRequest,
  LookupReply,
  LookupRequest,
  PutRequest,
  Refusal,
  RelayOffer,
  Replies,
  Requests,
  SessionRequest,
} from './protocol/requests.ts'
export type {
  Announcement,
  Histogram,
  Limit,
  OverlayStatus,
  Round,
  Status,
  StoreStatus,
  Traffic,
} from './protocol/status.ts'

export const PROTOCOL_VERSION = 1

/** Most characters of a text that came from another node. */
export const MAX_TEXT = 200

/** Most steps of one lookup that are kept and told. */
export const MAX_LOOKUP_STEPS = 2_000

/** Most contacts in one list of a step. */
export const MAX_STEP_CONTACTS = 64

/** Most lookups in a snapshot. */
export const MAX_LOOKUPS = 50

/** Most identities, and most items, that a snapshot lists. */
export const MAX_LISTED = 100

/** What happened since the last batch, in order. */
export type Batch = readonly Message[]

export type Message =
  | Welcome
  | SnapshotMessage
  | MembersChange
  | BucketsChange
  | WaitingChange
  | StatusChange
  | EventMessage
  | LookupMessage
  | LookupResultMessage
  | EndMessage

/** First message of a live stream; never in a recording. */
export interface Welcome {
  readonly kind: 'welcome'
  readonly version: typeof PROTOCOL_VERSION
  readonly capabilities: Capabilities
  /** Milliseconds since 1970 at the instant `at` of the snapshot that follows. */
  readonly wallTime: number
}

export interface Capabilities {
  readonly lookupsPerMinute: number
  /** Whether enter, delete and put are allowed. */
  readonly write: boolean
  /** Whether the network has items (BEP 44), so that `put` may be used. */
  readonly items: boolean
  /** Whether a page can be a node of its own, through the relay of this server. */
  readonly relay: boolean
}

/** The whole node. It replaces everything that was told before. */
export interface SnapshotMessage {
  readonly kind: 'snapshot'
  readonly at: number
  readonly network: string
  /** Bits of an id: 256 in dht256, 160 in Mainline. */
  readonly idBits: number
  /** Nodes that a lookup returns, and the width of a usual bucket. */
  readonly k: number
  /** Queries that a lookup has open at once. */
  readonly alpha: number
  /** Silence in ms after which a good contact is questionable. */
  readonly quietMs: number
  /** One for each address family, in the order in which they were bound. */
  readonly overlays: readonly Overlay[]
  readonly status: Status
  /** Lookups under way and ended ones, oldest first; `MAX_LOOKUPS` at most. */
  readonly lookups: readonly LookupRecord[]
}

/** Members of a routing table that are new or have changed, and those that have left it. */
export interface MembersChange {
  readonly kind: 'members'
  readonly at: number
  readonly family: 4 | 6
  /** Each belongs to the bucket whose prefix its id has. */
  readonly set: readonly Member[]
  /** Ids. They are taken out before `set` is put in. */
  readonly removed: readonly string[]
}

/**
 * The buckets have split, merged or changed. It has all buckets, far to near, without contacts. A
 * bucket with the same prefix as before keeps those that wait, a new one has none.
 */
export interface BucketsChange {
  readonly kind: 'buckets'
  readonly at: number
  readonly family: 4 | 6
  /** The node's id in this family, which may change in Mainline (BEP 42). */
  readonly id: string
  readonly buckets: readonly BucketHead[]
}

/** The replacement caches that have changed. */
export interface WaitingChange {
  readonly kind: 'waiting'
  readonly at: number
  readonly family: 4 | 6
  readonly buckets: readonly {
    readonly prefix: string
    /** All that wait there now, the newest last. */
    readonly contacts: readonly Peer[]
  }[]
}

/** Everything but tables and lookups; it replaces the former one. Once a second at most. */
export interface StatusChange {
  readonly kind: 'status'
  readonly at: number
  readonly status: Status
}

/** Something that happened, to be told in words. */
export interface EventMessage {
  readonly kind: 'event'
  readonly at: number
  readonly event: ObservedEvent
}

/** One step of a lookup. The first one of each lookup is `started`, the last one `ended`. */
export interface LookupMessage {
  readonly kind: 'lookup'
  readonly at: number
  readonly lookup: LookupHead
  readonly step: LookupStep
}

/** The result of a lookup that an observer has started. */
export interface LookupResultMessage {
  readonly kind: 'lookup-result'
  readonly at: number
  /** That of `LookupReply`. */
  readonly request: number
  readonly target: string
  readonly endpoints: readonly string[]
  readonly closest: readonly Peer[]
  readonly complete: boolean
  readonly incompleteReasons: readonly string[]
  readonly durationMs: number
  /** Why there is no result, if the lookup failed. */
  readonly error?: string
}

/** The node was closed, or has left the recorded network. Nothing follows. */
export interface EndMessage {
  readonly kind: 'end'
  readonly at: number
}
