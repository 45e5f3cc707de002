// A user's lookup. It runs in every overlay at once with one goal, and has one result.

import type { Contact } from '@dht/krpc'
import { sumTallies, type Tally } from '@dht/search'
import type { LookupGoal } from '../lookups/lookup-goal.ts'
import { type LookupOwner, LookupRun } from '../lookups/lookup-run.ts'
import type { LookupOrigin } from '../lookups/trace.ts'
import type { OverlayParts } from '../overlay/overlay-parts.ts'
import type { Services } from '../services.ts'
import type { Operation } from './operations.ts'
import type { LookupResult } from './outcome.ts'

/** What a goal adds to the result of a lookup. */
export type Findings = Pick<LookupResult, 'endpoints' | 'holders'>

export class UserLookup implements LookupOwner, Operation {
  readonly #operationId: number
  readonly #origin: LookupOrigin
  readonly #goal: LookupGoal & Partial<Findings>
  readonly #services: Services
  readonly #startedAt: number
  /** Lookups that were started again: only their costs count. */
  readonly #firstTries: LookupRun[] = []
  readonly #ended: LookupRun[] = []
  #open: LookupRun[] = []
  #isSettled = false

  constructor(
    init: {
      readonly operationId: number
      readonly goal: LookupGoal & Partial<Findings>
      readonly isTraced?: boolean | undefined
    },
    services: Services,
    now: number,
  ) {
    const { operationId, isTraced = false } = init
    this.#operationId = operationId
    this.#origin = { purpose: 'user', operationId, isTraced }
    this.#goal = init.goal
    this.#services = services
    this.#startedAt = now
  }

  /** Starts a lookup in each overlay. It may end at once, because the goal may be reached. */
  start(overlays: readonly OverlayParts[], now: number): void {
    this.#open = overlays.map((overlay) => this.#lookUpIn(overlay, now))
    if (this.#isReached || this.#open.length === 0) {
      this.#finish(now)
      return
    }
    // A copy: a lookup that finds no contact to query ends, and leaves the list, within `advance`.
    for (const run of [...this.#open]) run.advance(now)
  }

  cancel(): void {
    for (const run of this.#open) run.cancel()
    this.#open = []
  }

  goalReached(_run: LookupRun, now: number): void {
    this.#finish(now)
  }

  onlyStalledLeft(_run: LookupRun, now: number): void {
    this.#finishIfEnough(now)
  }

  /** A lookup without any response starts again from the contacts that were added since. */
  lookupEnded(run: LookupRun, now: number): void {
    const startsAgain = !this.#isSettled && run.isWorthAnotherTry
    const ended = startsAgain ? this.#firstTries : this.#ended
    ended.push(run)
    this.#open = this.#open.filter((other) => other !== run)
    if (startsAgain) {
      const again = this.#lookUpIn(run.overlay, now)
      this.#open.push(again)
      again.advance(now)
    } else if (this.#open.length > 0) this.#finishIfEnough(now)
    else if (this.#isSettled) this.#services.operations.end(this.#operationId)
    else this.#finish(now)
  }

  #lookUpIn(overlay: OverlayParts, now: number): LookupRun {
    const init = { overlay, owner: this, goal: this.#goal, origin: this.#origin }
    return new LookupRun(init, this.#services, now)
  }

  get #isReached(): boolean {
    return this.#goal.progress === 'reached'
  }

  /** Settles when stalled nodes are all that is missing, and still takes their responses in. */
  #finishIfEnough(now: number): void {
    if (this.#goal.progress !== 'enough' || this.#isSettled) return
    if (!this.#open.every((run) => run.waitsForStalledOnly)) return
    const runs = [...this.#ended, ...this.#open]
    this.#open = this.#open.filter((run) => run.stopAsking())
    this.#settle(runs, now)
  }

  #finish(now: number): void {
    const runs = [...this.#ended, ...this.#open]
    // Aborted, not cancelled: a late response still tells the table that the node is alive.
    for (const run of this.#open) run.abort()
    this.#open = []
    this.#settle(runs, now)
  }

  #settle(runs: readonly LookupRun[], now: number): void {
    const { operations } = this.#services
    this.#isSettled = true
    const mayFindMore = this.#open.length > 0
    if (mayFindMore) operations.keepListening(this.#operationId)
    const tally = sumTallies([...this.#firstTries, ...runs].map((run) => run.tally))
    operations.settle(this.#operationId, {
      kind: 'found',
      mayFindMore,
      result: this.#result(runs, tally, now),
    })
  }

  #result(runs: readonly LookupRun[], tally: Tally, now: number): LookupResult {
    const { endpoints = [], holders = [] } = this.#goal
    const isWhole = this.#goal.isWhole === true
    const reasons = new Set(isWhole ? [] : runs.flatMap((run) => [...run.incompleteReasons]))
    if (tally.responded === 0 && !this.#isReached) reasons.add('no-response')
    return {
      endpoints,
      holders,
      closest: runs.flatMap((run): Contact[] => run.closest),
      complete: reasons.size === 0,
      incompleteReasons: [...reasons],
      tally,
      durationMs: now - this.#startedAt,
    }
  }
}
