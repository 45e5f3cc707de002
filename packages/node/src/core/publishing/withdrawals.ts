// The withdrawals under way, and those that wait for a free place, so that deleting many
// announcements at once does not send all queries at once. A network without a method for it has
// no withdrawals.

import { type Id, idKey } from '@dht/id'
import type { Services } from '../services.ts'
import { type Holder, WITHDRAWAL_MS, Withdrawal, type WithdrawalOwner } from './withdrawal.ts'

/** Withdrawals under way at once: ours; with 8 holders each, a sixteenth of the open queries. */
const MAX_WITHDRAWALS = 128

/** Called whenever a withdrawal has ended. */
export interface WithdrawalsOwner {
  withdrawalOver(target: Id, now: number): void
}

export class Withdrawals implements WithdrawalOwner {
  readonly #services: Services
  readonly #owner: WithdrawalsOwner
  readonly #running = new Set<Withdrawal>()
  #waiting: Withdrawal[] = []
  /** Withdrawals of each target that have not ended. */
  readonly #targets = new Map<string, number>()
  #isAdvancing = false
  #finish: { readonly operationId: number; readonly endsAt: number } | undefined

  constructor(services: Services, owner: WithdrawalsOwner) {
    this.#services = services
    this.#owner = owner
  }

  /** Whether a withdrawal of this target has not ended. */
  concerns(target: Id): boolean {
    return this.#targets.size > 0 && this.#targets.has(idKey(target))
  }

  /** Withdraws an announcement from its holders, as soon as there is a free place. */
  add(target: Id, holders: readonly Holder[], now: number): void {
    const { network, maxAnnouncements } = this.#services.config
    const isFull = this.#waiting.length >= maxAnnouncements
    if (holders.length === 0 || isFull || !network.methods.has('withdraw_peer')) return
    this.#waiting.push(new Withdrawal({ target, holders, owner: this }, this.#services))
    this.#count(target, 1)
    this.#advance(now)
  }

  /**
   * Settles the operation once all have ended, after two seconds at the latest. An earlier one that
   * still waits is cancelled.
   */
  finish(operationId: number, now: number): void {
    const former = this.#finish
    if (former !== undefined) {
      this.#services.outbox.settle(former.operationId, { kind: 'cancelled' })
    }
    this.#finish = { operationId, endsAt: now + WITHDRAWAL_MS }
    this.#finishIfDone(now)
  }

  /** The operation that waits for the end of all. */
  get finishing(): number | undefined {
    return this.#finish?.operationId
  }

  /** When the next withdrawal ends at the latest. */
  nextAt(): number | undefined {
    const finishAt = this.#finish?.endsAt
    // Read after every datagram, and there is nearly always none.
    if (this.#running.size === 0) return finishAt
    // They start one after the other and have the same longest duration.
    const [oldest] = this.#running
    const endsAt = [oldest?.endsAt, finishAt].filter((at) => at !== undefined)
    return endsAt.length === 0 ? undefined : Math.min(...endsAt)
  }

  handleTimeout(now: number): void {
    for (const withdrawal of [...this.#running]) {
      if ((withdrawal.endsAt as number) > now) break
      // The owner calls this again when one ends, so the others may have ended already.
      if (!this.#running.has(withdrawal)) continue
      withdrawal.abort()
      this.withdrawalEnded(withdrawal, now)
    }
    this.#finishIfDone(now)
  }

  withdrawalEnded(withdrawal: Withdrawal, now: number): void {
    this.#running.delete(withdrawal)
    this.#count(withdrawal.target, -1)
    this.#advance(now)
    this.#finishIfDone(now)
    this.#owner.withdrawalOver(withdrawal.target, now)
  }

  /**
   * Starts as many as there are places for. A withdrawal that can send no query ends, and calls
   * this, within `start`. The outer loop then continues, because nested calls would overflow the
   * stack.
   */
  #advance(now: number): void {
    if (this.#isAdvancing) return
    this.#isAdvancing = true
    while (this.#running.size < MAX_WITHDRAWALS) {
      const next = this.#waiting.shift()
      if (next === undefined) break
      this.#running.add(next)
      next.start(now)
    }
    this.#isAdvancing = false
  }

  #finishIfDone(now: number): void {
    const finish = this.#finish
    if (finish === undefined) return
    const isDone = this.#running.size === 0 && this.#waiting.length === 0
    if (!isDone && finish.endsAt > now) return
    this.#finish = undefined
    for (const withdrawal of this.#running) withdrawal.abort()
    this.#running.clear()
    this.#waiting = []
    this.#targets.clear()
    this.#services.outbox.settle(finish.operationId, { kind: 'withdrawn' })
  }

  #count(target: Id, by: 1 | -1): void {
    const key = idKey(target)
    const count = (this.#targets.get(key) ?? 0) + by
    if (count === 0) this.#targets.delete(key)
    else this.#targets.set(key, count)
  }
}
