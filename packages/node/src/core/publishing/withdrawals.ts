// The withdrawals under way, and those that wait for a place: deleting many entries at once makes a
// queue and not a storm. Where the network has no method for it, there is never one.

import { type Id, idKey } from '@dht/id'
import type { Services } from '../services.ts'
import { type Holder, WITHDRAWAL_MS, Withdrawal, type WithdrawalOwner } from './withdrawal.ts'

/** Withdrawals under way at once: ours; with 8 holders each a sixteenth of what may be open. */
const MAX_WITHDRAWALS = 128

/** Told whenever one has ended. */
export interface WithdrawalsOwner {
  withdrawalOver(target: Id, now: number): void
}

export class Withdrawals implements WithdrawalOwner {
  readonly #services: Services
  readonly #owner: WithdrawalsOwner
  readonly #running = new Set<Withdrawal>()
  #waiting: Withdrawal[] = []
  /** How many concern a target. */
  readonly #targets = new Map<string, number>()
  #isAdvancing = false
  #finish: { readonly operationId: number; readonly endsAt: number } | undefined

  constructor(services: Services, owner: WithdrawalsOwner) {
    this.#services = services
    this.#owner = owner
  }

  /** Whether something of this target is still to be taken back. */
  concerns(target: Id): boolean {
    return this.#targets.size > 0 && this.#targets.has(idKey(target))
  }

  /** Takes an entry back from its holders, once there is a place. */
  add(target: Id, holders: readonly Holder[], now: number): void {
    const { network, maxAnnouncements } = this.#services.config
    const isFull = this.#waiting.length >= maxAnnouncements
    if (holders.length === 0 || isFull || !network.methods.includes('withdraw_peer')) return
    this.#waiting.push(new Withdrawal({ target, holders, owner: this }, this.#services))
    this.#count(target, 1)
    this.#advance(now)
  }

  /** Settles the operation id once all have ended, in two seconds at the latest. */
  finish(operationId: number, now: number): void {
    this.#finish = { operationId, endsAt: now + WITHDRAWAL_MS }
    this.#finishIfDone(now)
  }

  /** The operation id that waits for the end of all. */
  get finishing(): number | undefined {
    return this.#finish?.operationId
  }

  /** When the next ends at the latest. */
  nextAt(): number | undefined {
    const finishAt = this.#finish?.endsAt
    // Asked after every datagram; there is nearly always none.
    if (this.#running.size === 0) return finishAt
    // They begin one after the other, and all last equally long.
    const [oldest] = this.#running
    const endsAt = [oldest?.endsAt, finishAt].filter((at) => at !== undefined)
    return endsAt.length === 0 ? undefined : Math.min(...endsAt)
  }

  handleTimeout(now: number): void {
    for (const withdrawal of [...this.#running]) {
      if ((withdrawal.endsAt as number) > now) break
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
   * Starts as many as there are places for. One that can ask nobody ends, and calls this, before
   * `start` returns: the loop goes on then, for calls within calls would overflow the stack.
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
