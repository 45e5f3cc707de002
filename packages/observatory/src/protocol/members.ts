// The routing table as an observer sees it: buckets and their members.

/** A node: its id and its endpoint. */
export interface Peer {
  readonly id: string
  readonly endpoint: string
}

export type State = 'good' | 'questionable' | 'bad'

/** A member of a bucket. */
export interface Member extends Peer {
  readonly state: State
  /** When it last responded in time; absent: it never has. */
  readonly respondedAt?: number
  /** When a message of it last arrived; absent: none has. */
  readonly seenAt?: number
  /** Queries to it that failed since its last response. */
  readonly failures: number
  /** Smoothed round trip, ms; absent: none was measured, or it is no longer known. */
  readonly roundTripMs?: number
}

export interface BucketHead {
  /** The first bits of all its ids, as `0` and `1`; empty for the bucket of all ids. */
  readonly prefix: string
  /** Length of `prefix`. */
  readonly depth: number
  /** Most members. */
  readonly width: number
  /** Whether it is the bucket of the node's own id. */
  readonly isOwn: boolean
  /** When it was last refreshed; absent: never. */
  readonly refreshedAt?: number
  /** Id of the member that is being checked. */
  readonly checking?: string
}

export interface Bucket extends BucketHead {
  /** The one not seen for longest first. */
  readonly members: readonly Member[]
  /** The contacts in the replacement cache, the newest last. */
  readonly waiting: readonly Peer[]
}

export interface Overlay {
  readonly family: 4 | 6
  readonly id: string
  /** Far to near. Each id has the prefix of exactly one of them. */
  readonly buckets: readonly Bucket[]
}
