// What the model of a core asks others, and what it keeps of a question.

import type { Id } from '@dht/id'
import type { ErrorMessage, Query, Response, Want } from '@dht/krpc'
import type { FailureReason } from '../../src/core/operations/outcome.ts'
import type { Peer } from './core-peer.ts'

/** A query without its envelope. */
export type Question =
  | { readonly method: 'ping' }
  | { readonly method: 'find_node'; readonly target: Id; readonly want?: Want }
  | { readonly method: 'get_peers'; readonly target: Id }
  | {
      readonly method: 'announce_peer'
      readonly target: Id
      readonly port: number
      readonly token: Uint8Array
    }
  | { readonly method: 'withdraw_peer'; readonly target: Id; readonly token: Uint8Array }

/** What must be told of a question's one end. */
export interface ErrandModel {
  readonly asked?: Peer
  answered(response: Response, responder: Peer): void
  refused(error: ErrorMessage): void
  failed(reason: FailureReason): void
  /** Whether it is to be put once more. */
  stalled(isSuspect: boolean): boolean
}

/** An open question beside what the model of transactions knows of it. */
export interface OpenModel {
  readonly asked: Peer | undefined
  readonly query: Query
  readonly observer: ErrandModel
  /** It came back to us. */
  isToOurselves: boolean
}

/** An expired question that was answered. */
export interface LateModel {
  readonly asked: Peer | undefined
  readonly failedAt: number
  readonly isFailure: boolean
}
