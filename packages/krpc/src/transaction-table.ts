// The desk of open questions. Every query sent is open until exactly one of these ends it: settled
// by a matching answer, cancelled, failed by a send error, or expired. It may stall once before
// that, when it is slow enough to ask somebody else meanwhile.
// An answer matches by transaction id *and* endpoint, so nobody answers for another. A question put
// once more gets a second id for that: so each answer tells which sending it answers, and how long
// it took (what timestamps do for TCP, RFC 7323 §3). What an answer says, and whether it suits the
// question, is the business of the asker: the table only finds the errand. A question that has
// expired is remembered for a while: an answer to it ends nothing, but it teaches how long to wait,
// and the asker, who was told of the failure, learns that there was none. The table has no timer:
// it is told the time, and says when it wants to be told again.

import type { RandomSource } from '@dht/id'
import { endpointKey } from './contact.ts'
import { type Alarm, DeadlineHeap } from './deadline-heap.ts'
import { type Endpoint, sameEndpoint } from './endpoint.ts'
import { ExpiredQueries } from './expired-queries.ts'
import { resolveTransactionOptions, type TransactionOptions } from './options.ts'
import { Patience } from './patience.ts'
import { Register } from './register.ts'

/** An open question. `E` is why it was asked: whatever the asker wants to find again. */
export interface Transaction<E> {
  /**
   * 4 unpredictable bytes: the one width that every client serves. Any 4 bytes will do; the advice
   * to avoid byte patterns that careless peers search for concerns the values that are long enough
   * to hold one: own id, tokens and version.
   */
  readonly transactionId: Uint8Array
  readonly to: Endpoint
  readonly context: E
  readonly sentAt: number
  /** When it counts as stalled, ms. */
  readonly stallAt: number
  /** When it is given up, ms. */
  readonly expireAt: number
  /** Whether its endpoint let the last query expire, of late: it is not waited for long. */
  readonly isSuspect: boolean
}

/** What the table keeps besides. */
interface Kept<E> extends Transaction<E> {
  /** That of its endpoint, which is slow to make. */
  readonly key: string
  /** When its stall was told, and it may have been sent once more. */
  toldAt: number | undefined
  /** When its expiry was told. */
  expiredAt: number | undefined
}

/** An open transaction, for whoever looks on. */
export interface Outstanding<E> {
  readonly transaction: Transaction<E>
  /** When it will stall or, having stalled, expire, ms. */
  readonly dueAt: number
}

/** What time did to a transaction. */
export type Lapse<E> =
  | {
      readonly kind: 'stalled'
      readonly transaction: Transaction<E>
      /** The transaction id under which to put the question once more, now or never. */
      readonly secondId: Uint8Array
    }
  /** It is no longer open. */
  | { readonly kind: 'expired'; readonly transaction: Transaction<E> }

/** An answer to a question that had expired. */
export interface LateAnswer<E> {
  readonly transaction: Transaction<E>
  /** When its expiry was told, ms. */
  readonly expiredAt: number
  /** Whether it still counts as failed: so does the third of three late answers in a row. */
  readonly isFailure: boolean
}

const ID_BYTES = 4
/** Draws before the table calls itself full. With 1,024 open, one in 10^50 needs this many. */
const MAX_DRAWS = 8

export class TransactionTable<E> {
  readonly #random: RandomSource
  readonly #maxOpen: number
  readonly #patience: Patience
  /** By what the two ids of a transaction have in common. */
  readonly #open = new Register<Alarm<Kept<E>>>()
  readonly #due = new DeadlineHeap<Kept<E>>()
  readonly #expired: ExpiredQueries<Kept<E>>

  /** @throws {OptionsError} when an option is unknown or out of range */
  constructor(random: RandomSource, options?: TransactionOptions) {
    const config = resolveTransactionOptions(options)
    this.#random = random
    this.#maxOpen = config.maxOpen
    this.#patience = new Patience(config)
    this.#expired = new ExpiredQueries({ most: config.maxOpen, keepMs: config.keepExpiredMs })
  }

  /** Transactions open now. */
  get size(): number {
    return this.#open.size
  }

  /** Expired transactions that are remembered; at most as many as may be open. */
  get expired(): number {
    return this.#expired.size
  }

  /**
   * Opens a transaction.
   *
   * @param key - the {@link endpointKey} of `to`, where it is at hand
   * @returns `undefined` when too many are open already; nothing must be sent then
   */
  open(
    to: Endpoint,
    errand: E,
    now: number,
    key: string = endpointKey(to),
  ): Transaction<E> | undefined {
    this.#expired.forgetUntil(now)
    if (this.#open.size >= this.#maxOpen) return undefined
    const transactionId = this.#freshId()
    if (transactionId === undefined) return undefined
    const { stallMs, expireMs, isSuspect } = this.#patience.waitsFor(key, now)
    const transaction: Kept<E> = {
      transactionId,
      to,
      context: errand,
      sentAt: now,
      stallAt: now + stallMs,
      expireAt: now + expireMs,
      isSuspect,
      key,
      toldAt: undefined,
      expiredAt: undefined,
    }
    this.#open.add(pairOf(transactionId), this.#due.add(transaction, transaction.stallAt))
    return transaction
  }

  /**
   * Ends the transaction that an answer to either sending belongs to and learns from how long it
   * took.
   *
   * For responses and errors only: a query may carry any transaction id, ours included.
   *
   * @returns `undefined` when no open transaction has this id and this endpoint
   */
  settle(transactionId: Uint8Array, from: Endpoint, now: number): Transaction<E> | undefined {
    const transaction = this.#find(transactionId)
    if (transaction === undefined) return undefined
    const sentAt = sentAtOf(transaction, transactionId, from)
    if (sentAt === undefined) return undefined
    this.#close(transaction)
    // A clock that was set back measures nothing.
    if (now >= sentAt) this.#patience.answered(transaction.key, now - sentAt)
    return transaction
  }

  /**
   * The open transaction with this id, wherever the id was seen. A query of ours that comes back to
   * us shows it; so may anybody who was sent it.
   */
  find(transactionId: Uint8Array): Transaction<E> | undefined {
    return this.#find(transactionId)
  }

  /**
   * Finds the expired transaction that an answer to either sending belongs to, learns from how long
   * it took, and forgets it. For answers that {@link settle} knows nothing of.
   *
   * @returns `undefined` when no transaction that is remembered has this id and this endpoint
   */
  settleLate(transactionId: Uint8Array, from: Endpoint, now: number): LateAnswer<E> | undefined {
    this.#expired.forgetUntil(now)
    if (transactionId.length !== ID_BYTES) return undefined
    const transaction = this.#expired.get(pairOf(transactionId))
    if (transaction === undefined) return undefined
    const sentAt = sentAtOf(transaction, transactionId, from)
    if (sentAt === undefined) return undefined
    this.#expired.delete(pairOf(transactionId))
    const ms = now >= sentAt ? now - sentAt : undefined
    const isFailure = this.#patience.answeredLate(transaction.key, ms)
    return { transaction, expiredAt: transaction.expiredAt!, isFailure }
  }

  /** Ends a transaction whose answer is no longer wanted; false when it had ended before. */
  cancel(transaction: Transaction<E>): boolean {
    return this.#close(transaction)
  }

  /** Ends all transactions with an endpoint that cannot be sent to; they are returned. */
  failTo(to: Endpoint): readonly Transaction<E>[] {
    const failed = this.#due.inOrder().filter(({ item }) => sameEndpoint(item.to, to))
    for (const { item } of failed) this.#close(item)
    return failed.map(({ item }) => item)
  }

  /**
   * Tells the table the time.
   *
   * @returns what has stalled and what has expired since, earliest first, of one instant in the
   * order in which they were opened; a transaction that did both is listed as expired only
   */
  handleTimeout(now: number): readonly Lapse<E>[] {
    const lapses: Lapse<E>[] = []
    this.#expired.forgetUntil(now)
    for (;;) {
      const alarm = this.#due.first()
      if (alarm === undefined || alarm.at > now) return lapses
      const transaction = alarm.item
      if (now >= transaction.expireAt) {
        this.#close(transaction)
        this.#patience.expired(transaction.key, now)
        transaction.expiredAt = now
        this.#expired.add(pairOf(transaction.transactionId), transaction, now)
        lapses.push({ kind: 'expired', transaction })
      } else {
        this.#due.move(alarm, transaction.expireAt)
        transaction.toldAt = now
        lapses.push({ kind: 'stalled', transaction, secondId: twinOf(transaction.transactionId) })
      }
    }
  }

  /** When to call `wake` next, ms; `undefined` when nothing is open. */
  nextAt(): number | undefined {
    return this.#due.first()?.at
  }

  /** What is open, in the order in which it was opened. */
  outstanding(): Outstanding<E>[] {
    return this.#due.inOrder().map(({ item, at }) => ({ transaction: item, dueAt: at }))
  }

  /** Smoothed round trip to an endpoint, in ms; `undefined` when it is not known to answer. */
  roundTripMs(to: Endpoint): number | undefined {
    return this.#patience.roundTripMs(endpointKey(to))
  }

  #find(transactionId: Uint8Array): Kept<E> | undefined {
    if (transactionId.length !== ID_BYTES) return undefined
    return this.#open.get(pairOf(transactionId))?.item
  }

  #close(transaction: Transaction<E>): boolean {
    const key = pairOf(transaction.transactionId)
    const alarm = this.#open.get(key)
    // The id may have been drawn again since.
    if (alarm?.item !== transaction) return false
    this.#open.delete(key)
    this.#due.remove(alarm)
    return true
  }

  #freshId(): Uint8Array | undefined {
    for (let draw = 0; draw < MAX_DRAWS; draw++) {
      const id = this.#random(ID_BYTES)
      const pair = pairOf(id)
      const isTaken = this.#open.get(pair) ?? this.#expired.get(pair)
      if (isTaken === undefined) return id
    }
    return undefined
  }
}

/** When the sending left that this id belongs to; undefined: none did, or it went elsewhere. */
function sentAtOf<E>(
  { transactionId, to, sentAt, toldAt }: Kept<E>,
  id: Uint8Array,
  from: Endpoint,
): number | undefined {
  if (!sameEndpoint(to, from)) return undefined
  return id[0] === transactionId[0] ? sentAt : toldAt
}

/** The id that differs in its first bit. */
function twinOf(id: Uint8Array): Uint8Array {
  return id.map((byte, at) => (at === 0 ? byte ^ 0x80 : byte))
}

/** All but the first bit, as one number. */
function pairOf(id: Uint8Array): number {
  return ((id[0]! & 0x7f) << 24) | (id[1]! << 16) | (id[2]! << 8) | id[3]!
}
