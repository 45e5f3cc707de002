// The queries that the model of a core sends, and what it keeps with each.

import type { Id } from '@dht/id'
import {
  type ErrorMessage,
  type Network,
  type PutQuery,
  type Query,
  type QueryHead,
  type Response,
  TRANSACTION_DEFAULTS,
  type Want,
} from '@dht/krpc'
import { TransactionModel } from '../../../krpc/test/model/transaction-table.model.ts'
import type { CoreConfig } from '../../src/core/config/core-options.ts'
import type { FailureReason } from '../../src/core/operations/outcome.ts'
import type { Peer } from './core-peer.ts'

/** A query without the fields that all queries have. */
export type QueryContent =
  | { readonly method: 'ping' }
  | { readonly method: 'find_node'; readonly target: Id; readonly want?: Want }
  | {
      readonly method: 'get_peers'
      readonly target: Id
      readonly noseed?: boolean | undefined
      readonly pad?: Uint8Array | undefined
    }
  | {
      readonly method: 'announce_peer'
      readonly target: Id
      readonly port: number
      readonly token: Uint8Array
      readonly impliedPort?: boolean
      readonly seed?: boolean
    }
  | { readonly method: 'withdraw_peer'; readonly target: Id; readonly token: Uint8Array }
  | {
      readonly method: 'get'
      readonly target: Id
      readonly seq: bigint | undefined
      readonly pad: Uint8Array
    }
  | (Omit<PutQuery, keyof QueryHead | 'method'> & { readonly method: 'put' })

/** The observer of a query, which is told one outcome. */
export interface ObserverModel {
  readonly asked?: Peer
  /** False: many nodes ignore the query, so an expiry is no failure of the node. */
  readonly isSilenceFailure?: boolean
  /** Whether how soon the response comes counts for lookups. */
  readonly isOfLookup?: boolean
  onResponse(response: Response, responder: Peer): void
  onError(error: ErrorMessage): void
  onFailure(reason: FailureReason): void
  /** @returns whether to resend the query */
  onStalled(isSuspect: boolean): boolean
}

/** An open query, without what the model of transactions knows of it. */
export interface OpenQueryModel {
  readonly asked: Peer | undefined
  readonly query: Query
  readonly observer: ObserverModel
  /** This node received its own query. */
  isToOurselves: boolean
}

/** An expired query whose response came late. */
export interface LateResponseModel {
  readonly asked: Peer | undefined
  readonly failedAt: number
  readonly isFailure: boolean
}

/** The same with the flags that are not set. Only Mainline has those of BEP 33. */
export function withFlags(question: QueryContent, { name }: Network): object {
  const implied = question.method === 'announce_peer' ? { impliedPort: false } : {}
  const known = name === 'mainline' ? flagsOf(question) : { seed: undefined, noseed: undefined }
  return { ...implied, ...question, ...known }
}

function flagsOf(question: QueryContent): object {
  if (question.method === 'announce_peer') return { seed: question.seed ?? false }
  return question.method === 'get_peers' ? { noseed: question.noseed ?? false, scrape: false } : {}
}

export function transactionsOf(config: CoreConfig): TransactionModel {
  const { firstTimeoutMs, minTimeoutMs, maxTimeoutMs, giveUpMs } = config
  return new TransactionModel({
    ...TRANSACTION_DEFAULTS,
    maxOpen: config.maxTransactions,
    firstTimeoutMs,
    minTimeoutMs,
    maxTimeoutMs,
    giveUpMs,
    minGiveUpMs: Math.min(TRANSACTION_DEFAULTS.minGiveUpMs, giveUpMs),
  })
}
