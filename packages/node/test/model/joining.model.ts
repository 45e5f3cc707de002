// The model of when a node joins one address family: whether an attempt runs, what the last one
// found, and between which instants the next one must start. It throws at the first effect that
// differs.

import type { CoreConfig } from '../../src/core/config/core-options.ts'

/** The earliest and the latest instant. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** How an attempt ended. */
export interface AttemptEnd {
  readonly contacts: number
  readonly good: { readonly least: number; readonly most: number }
  readonly nextAt: number | undefined
  /** The wait after the next attempt. */
  readonly waitMs: number
}

export class JoinModel {
  readonly #config: CoreConfig
  /** Bootstrap endpoints without our own, each once. */
  endpoints: ReadonlySet<string> = new Set()
  /** Number of bootstrap endpoints, including our own. */
  listed = 0
  /** Whether more endpoints may follow, because names are being looked up. */
  isPending = false
  /** New endpoints for a node without contacts: an attempt must start now. */
  isNews = false
  isRunning = false
  joined = false
  hasTried = false
  isAlone = true
  retry: Window | undefined
  /** A user has asked for a join, so an attempt must start now. */
  isWished = false
  /** The other family may have reported contacts of this one. */
  isSuggested = false
  attempts = 0
  ended_ = 0
  lastContacts = 0
  waitMs: number
  /** Bootstrap endpoints that the last attempt queried, and those that responded. */
  readonly bootstrapAsked: Set<string> = new Set()
  readonly bootstrapAnswered: Set<string> = new Set()
  /** Endpoints queried since the attempt started. */
  readonly #asked = new Set<string>()
  /** Targets of the running attempt, by the number of bits that they share with our own id. */
  #targets = new Map<number, Set<string>>()

  constructor(config: CoreConfig) {
    this.#config = config
    this.waitMs = config.rejoinMs
  }

  /** Replaces the bootstrap endpoints. New ones are used at once. */
  knows(
    list: { readonly all: ReadonlySet<string>; readonly own: string; readonly isPending: boolean },
    isDeserted: boolean,
  ): void {
    const isNew = [...list.all].some((each) => each !== list.own && !this.endpoints.has(each))
    this.isPending = list.isPending
    this.listed = list.all.size
    this.endpoints = new Set([...list.all].filter((each) => each !== list.own))
    this.isNews = isNew && this.hasTried && !this.isRunning && isDeserted
  }

  /** BOOT-5: while our own id is being looked up, every bootstrap endpoint has been queried. */
  approaches(): void {
    for (const each of this.endpoints) {
      if (!this.#asked.has(each)) throw new Error(`${each} of the list is not asked`)
    }
  }

  /** BOOT-4: one attempt at a time, and each has a reason. */
  begun(seeds: number, now: number): void {
    if (this.isRunning) throw new Error('two attempts at once')
    const isDue = this.retry !== undefined && this.retry.from <= now
    const isAsked = this.isWished || this.isSuggested || this.isNews
    if (!isAsked && !isDue) throw new Error('an attempt for no reason')
    if (seeds < this.listed) throw new Error('not everybody of the list is asked')
    this.isRunning = true
    this.isNews = false
    this.retry = undefined
    this.attempts++
    this.#targets = new Map()
    this.#asked.clear()
    this.bootstrapAsked.clear()
    this.bootstrapAnswered.clear()
  }

  /**
   * @param end - the contacts known, how many of them were good when the attempt ended, when the
   *   node
   *   tries again, and the wait after that
   */
  ended({ contacts, good, nextAt, waitMs }: AttemptEnd, now: number): void {
    if (!this.isRunning) throw new Error('the end of no attempt')
    this.isRunning = false
    this.hasTried = true
    this.joined = contacts > 0
    this.isAlone = contacts === 0
    this.ended_++
    this.lastContacts = contacts
    const { k, rejoinMaxMs } = this.#config
    // A failure later in the same step cannot be told apart, so the node may decide then. A node
    // that had enough contacts and lost all of them tries again too, starting with the shortest
    // wait.
    const isUnclear = good.least < k && good.most >= k
    const isToRetry = nextAt !== undefined && waitMs === this.#doubled()
    const isEnough = isUnclear ? !isToRetry : good.least >= k
    const isContent = isEnough || this.waitMs >= rejoinMaxMs
    if (!this.joined || !isContent) this.#retryLater(now)
  }

  /** BOOT-2: our own id, and at most one target at each prefix level. */
  asked(target: string, level: number, at: string): void {
    if (!this.isRunning) return
    this.#asked.add(at)
    const targets = this.#targets.get(level) ?? new Set()
    this.#targets.set(level, targets.add(target))
    if (targets.size > 1) throw new Error(`two lookups at level ${level}`)
  }

  welcome(isDeserted: boolean, now: number): void {
    if (!this.isAlone || this.isRunning || isDeserted) return
    this.isAlone = false
    this.waitMs = this.#config.rejoinMs
    this.#retryLater(now)
  }

  review(isDeserted: boolean, now: number): void {
    if (!this.joined || this.isRunning || this.retry !== undefined || !isDeserted) return
    this.waitMs = this.#config.rejoinMs
    this.#retryLater(now)
  }

  /** The wait doubles up to the longest, and is drawn from half to one and a half of it. */
  #retryLater(now: number): void {
    this.retry = { from: now + this.waitMs / 2, to: now + 1.5 * this.waitMs }
    this.waitMs = this.#doubled()
  }

  #doubled(): number {
    return Math.min(2 * this.waitMs, this.#config.rejoinMaxMs)
  }
}
