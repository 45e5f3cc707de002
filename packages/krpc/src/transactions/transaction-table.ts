// The open queries. A query is open until exactly one thing ends it: a matching response settles
// it, it is cancelled, it fails with a send error, or it expires. Before that it may stall once.
// A response matches by transaction id *and* endpoint, so no other node can respond. A query that
// is sent again gets a second id, so each response tells which transmission it belongs to and how
// long that took (TCP's timestamps do the same, RFC 7323 §3). An expired query is kept for a while:
// a late response ends nothing, but it improves the timeouts and tells that the endpoint did not
// fail. The table does not read responses and has no timer: callers pass the time, and
// `nextTimeout` says when to call again.

import type { RandomSource } from '@dht/id'
import { endpointKey } from '../address/contact.ts'
import { type Endpoint, sameEndpoint } from '../address/endpoint.ts'
import { ChainedMap } from './chained-map.ts'
import { type Deadline, DeadlineHeap } from './deadline-heap.ts'
import { ExpiredQueries } from './expired-queries.ts'
import { resolveTransactionOptions, type TransactionOptions } from './options.ts'
import { RoundTripCounts, type RoundTripHistogram } from './round-trip-histogram.ts'
import { TimeoutEstimator } from './timeout-estimator.ts'

/** An open query. `E` is its context: any value that the sender wants back when it ends. */
export interface Transaction<E> {
  /**
   * 4 unpredictable bytes, the one width that every client serves. Any 4 bytes will do. Some peers
   * search datagrams for byte patterns, but the patterns are longer than that: avoid them in the
   * own id, tokens and the version.
   */
  readonly transactionId: Uint8Array
  readonly to: Endpoint
  readonly context: E
  readonly sentAt: number
  /** When it stalls, ms. */
  readonly stallAt: number
  /** When it expires, ms. */
  readonly expireAt: number
  /** Whether the last query to its endpoint expired recently. Such a query expires early. */
  readonly isSuspect: boolean
}

/** A transaction with what the table needs of it. */
interface TransactionRecord<E> extends Transaction<E> {
  /** The {@link endpointKey} of its endpoint, which is slow to make. */
  readonly key: string
  readonly mayBeIgnored: boolean
  /** When its stall was reported. It may have been sent again then. */
  stallReportedAt: number | undefined
  /** When its expiry was reported. */
  expiryReportedAt: number | undefined
}

/** An open transaction and its next deadline, for inspection. */
export interface Outstanding<E> {
  readonly transaction: Transaction<E>
  /** When it stalls or, once it has stalled, expires, ms. */
  readonly dueAt: number
}

/** A transaction has stalled or expired. */
export type TimeoutEvent<E> =
  | {
      readonly kind: 'stalled'
      readonly transaction: Transaction<E>
      /** The transaction id for sending the query again. It may be sent again only now. */
      readonly secondId: Uint8Array
    }
  /** It is no longer open. */
  | { readonly kind: 'expired'; readonly transaction: Transaction<E> }

/** A response to a query that had expired. */
export interface LateResponse<E> {
  readonly transaction: Transaction<E>
  /** When its expiry was reported, ms. */
  readonly expiredAt: number
  /** Whether it still counts as failed, as the third of three late responses in a row does. */
  readonly isFailure: boolean
}

const ID_BYTES = 4
/** Ids drawn before the table counts as full. With 1,024 open, one in 10^50 needs this many. */
const MAX_ID_DRAWS = 8

/** What is known of a query when it is sent. */
export interface OpenOptions {
  /** The {@link endpointKey} of its endpoint, if the caller has it. */
  readonly key?: string | undefined
  /**
   * Whether nodes that are alive ignore such queries, so that one that expires does not make its
   * endpoint a suspect. Default false.
   */
  readonly mayBeIgnored?: boolean
}

export class TransactionTable<E> {
  readonly #random: RandomSource
  readonly #maxOpen: number
  readonly #timeouts: TimeoutEstimator
  readonly #roundTrips = new RoundTripCounts()
  /** By the bits that the two ids of a transaction share. */
  readonly #open = new ChainedMap<Deadline<TransactionRecord<E>>>()
  readonly #deadlines = new DeadlineHeap<TransactionRecord<E>>()
  readonly #expired: ExpiredQueries<TransactionRecord<E>>

  /** @throws {OptionsError} when an option is unknown or out of range */
  constructor(random: RandomSource, options?: TransactionOptions) {
    const config = resolveTransactionOptions(options)
    this.#random = random
    this.#maxOpen = config.maxOpen
    this.#timeouts = new TimeoutEstimator(config)
    this.#expired = new ExpiredQueries({ maxKept: config.maxOpen, keepMs: config.keepExpiredMs })
  }

  /** Transactions that are open. */
  get size(): number {
    return this.#open.size
  }

  /** Expired transactions that are kept; at most as many as may be open. */
  get expired(): number {
    return this.#expired.size
  }

  /**
   * Opens a transaction.
   *
   * @returns `undefined` when too many are open; the query must not be sent then
   */
  open(
    to: Endpoint,
    context: E,
    now: number,
    { key = endpointKey(to), mayBeIgnored = false }: OpenOptions = {},
  ): Transaction<E> | undefined {
    this.#expired.dropUntil(now)
    if (this.#open.size >= this.#maxOpen) return undefined
    const transactionId = this.#newId()
    if (transactionId === undefined) return undefined
    const { stallMs, expireMs, isSuspect } = this.#timeouts.timeoutsFor(key, now)
    const record: TransactionRecord<E> = {
      transactionId,
      to,
      context,
      sentAt: now,
      stallAt: now + stallMs,
      expireAt: now + expireMs,
      isSuspect,
      key,
      mayBeIgnored,
      stallReportedAt: undefined,
      expiryReportedAt: undefined,
    }
    this.#open.add(sharedBitsOf(transactionId), this.#deadlines.add(record, record.stallAt))
    return record
  }

  /**
   * Ends the transaction that a response belongs to, and learns from its round trip.
   *
   * For responses and errors only: a query may carry any transaction id, ours included.
   *
   * @param transactionId - either of its two ids
   * @returns `undefined` when no open transaction has this id and this endpoint
   */
  settle(transactionId: Uint8Array, from: Endpoint, now: number): Transaction<E> | undefined {
    const record = this.#find(transactionId)
    if (record === undefined) return undefined
    const sentAt = sentAtOf(record, transactionId, from)
    if (sentAt === undefined) return undefined
    this.#close(record)
    // If the clock was set back, nothing was measured.
    if (now >= sentAt) {
      this.#timeouts.responded(record.key, now - sentAt)
      this.#roundTrips.add(now - sentAt)
    }
    return record
  }

  /**
   * The open transaction with this id, from any endpoint. A node that received the id can send it
   * from anywhere; a query of ours that comes back to us carries it too.
   */
  find(transactionId: Uint8Array): Transaction<E> | undefined {
    return this.#find(transactionId)
  }

  /**
   * Drops the expired transaction that a response belongs to, and learns from its round trip. For
   * responses that {@link settle} does not know.
   *
   * @param transactionId - either of its two ids
   * @returns `undefined` when no expired transaction that is kept has this id and this endpoint
   */
  settleLate(transactionId: Uint8Array, from: Endpoint, now: number): LateResponse<E> | undefined {
    this.#expired.dropUntil(now)
    if (transactionId.length !== ID_BYTES) return undefined
    const record = this.#expired.get(sharedBitsOf(transactionId))
    if (record === undefined) return undefined
    const sentAt = sentAtOf(record, transactionId, from)
    if (sentAt === undefined) return undefined
    this.#expired.delete(sharedBitsOf(transactionId))
    const ms = now >= sentAt ? now - sentAt : undefined
    if (ms !== undefined) this.#roundTrips.add(ms)
    const isFailure = this.#timeouts.respondedLate(record.key, ms)
    return { transaction: record, expiredAt: record.expiryReportedAt!, isFailure }
  }

  /** Ends a transaction whose response is no longer wanted; false when it was not open. */
  cancel(transaction: Transaction<E>): boolean {
    return this.#close(transaction)
  }

  /** Ends and returns all transactions with an endpoint to which nothing can be sent. */
  failTo(to: Endpoint): readonly Transaction<E>[] {
    const failed = this.#deadlines.inOrder().filter(({ item }) => sameEndpoint(item.to, to))
    for (const { item } of failed) this.#close(item)
    return failed.map(({ item }) => item)
  }

  /**
   * Handles all timeouts up to `now`.
   *
   * @returns what has stalled and what has expired, earliest first, those of the same instant in
   * the order in which they were opened; one that did both is listed as expired only
   */
  handleTimeout(now: number): readonly TimeoutEvent<E>[] {
    const events: TimeoutEvent<E>[] = []
    this.#expired.dropUntil(now)
    for (;;) {
      const deadline = this.#deadlines.first()
      if (deadline === undefined || deadline.at > now) return events
      events.push(this.#timeOut(deadline, now))
    }
  }

  #timeOut(deadline: Deadline<TransactionRecord<E>>, now: number): TimeoutEvent<E> {
    const record = deadline.item
    if (now >= record.expireAt) {
      this.#close(record)
      if (!record.mayBeIgnored) this.#timeouts.expired(record.key, now)
      record.expiryReportedAt = now
      this.#expired.add(sharedBitsOf(record.transactionId), record, now)
      return { kind: 'expired', transaction: record }
    }
    this.#deadlines.move(deadline, record.expireAt)
    record.stallReportedAt = now
    return { kind: 'stalled', transaction: record, secondId: secondIdOf(record.transactionId) }
  }

  /** When to call `handleTimeout` next, ms; `undefined` when nothing is open. */
  nextTimeout(): number | undefined {
    return this.#deadlines.first()?.at
  }

  /** The open transactions in the order in which they were opened. */
  outstanding(): Outstanding<E>[] {
    return this.#deadlines.inOrder().map(({ item, at }) => ({ transaction: item, dueAt: at }))
  }

  /** Smoothed round trip to an endpoint, in ms; `undefined` when no response was measured. */
  roundTripMs(to: Endpoint): number | undefined {
    return this.#timeouts.roundTripMs(endpointKey(to))
  }

  /** How long a query to an endpoint that was not met yet waits before it stalls, ms. */
  get usualTimeoutMs(): number {
    return this.#timeouts.usualTimeoutMs
  }

  /** All round trips that were measured, also those of late responses. */
  get roundTrips(): RoundTripHistogram {
    return this.#roundTrips.histogram
  }

  #find(transactionId: Uint8Array): TransactionRecord<E> | undefined {
    if (transactionId.length !== ID_BYTES) return undefined
    return this.#open.get(sharedBitsOf(transactionId))?.item
  }

  #close(transaction: Transaction<E>): boolean {
    const sharedBits = sharedBitsOf(transaction.transactionId)
    const deadline = this.#open.get(sharedBits)
    // Another transaction may have drawn the same id since.
    if (deadline?.item !== transaction) return false
    this.#open.delete(sharedBits)
    this.#deadlines.remove(deadline)
    return true
  }

  #newId(): Uint8Array | undefined {
    for (let draw = 0; draw < MAX_ID_DRAWS; draw++) {
      const id = this.#random(ID_BYTES)
      const sharedBits = sharedBitsOf(id)
      const taken = this.#open.get(sharedBits) ?? this.#expired.get(sharedBits)
      if (taken === undefined) return id
    }
    return undefined
  }
}

/** When the transmission with this id was sent to this endpoint; `undefined`: there was none. */
function sentAtOf<E>(
  { transactionId, to, sentAt, stallReportedAt }: TransactionRecord<E>,
  id: Uint8Array,
  from: Endpoint,
): number | undefined {
  if (!sameEndpoint(to, from)) return undefined
  return id[0] === transactionId[0] ? sentAt : stallReportedAt
}

/** The id that differs in its first bit. */
function secondIdOf(id: Uint8Array): Uint8Array {
  return id.map((byte, at) => (at === 0 ? byte ^ 0x80 : byte))
}

/** All bits but the first, as one number: those that the two ids of a transaction share. */
function sharedBitsOf(id: Uint8Array): number {
  return ((id[0]! & 0x7f) << 24) | (id[1]! << 16) | (id[2]! << 8) | id[3]!
}
