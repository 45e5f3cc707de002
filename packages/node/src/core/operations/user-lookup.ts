// A user's lookup over every overlay at once: our own entry, our store's, and the network's
// endpoints in one stream without duplicates (API-6), then the whole as one result.

import type { Id } from '@dht/id'
import { type Contact, type Endpoint, formatEndpoint } from '@dht/krpc'
import type { Tally } from '@dht/search'
import { type LookupOwner, LookupRun } from '../lookups/lookup-run.ts'
import type { OverlayParts } from '../overlay/overlay-parts.ts'
import type { Services } from '../services.ts'
import type { LookupMode } from './command.ts'
import type { Operation } from './operations.ts'

export class UserLookup implements LookupOwner, Operation {
  readonly #operationId: number
  readonly #mode: LookupMode
  readonly #services: Services
  readonly #startedAt: number
  readonly #endpoints = new Map<string, Endpoint>()
  readonly #holders = new Map<string, Contact>()
  /** Those that were begun again: they count for what they cost, and the second for the rest. */
  readonly #firstTries: LookupRun[] = []
  readonly #ended: LookupRun[] = []
  #open: LookupRun[] = []
  #begin: ((overlay: OverlayParts, now: number) => LookupRun) | undefined
  #isSettled = false

  constructor(
    init: { readonly operationId: number; readonly mode: LookupMode },
    services: Services,
    now: number,
  ) {
    this.#operationId = init.operationId
    this.#mode = init.mode
    this.#services = services
    this.#startedAt = now
  }

  /** Starts, with what is known at home already; may end at once. */
  start(
    init: {
      readonly target: Id
      readonly method: 'find_node' | 'get_peers'
      readonly overlays: readonly OverlayParts[]
      readonly known: readonly Endpoint[]
    },
    now: number,
  ): void {
    const { target, method } = init
    this.#found(init.known)
    this.#begin = (overlay, at) =>
      new LookupRun({ overlay, owner: this, target, method }, this.#services, at)
    for (const overlay of init.overlays) this.#open.push(this.#begin(overlay, now))
    if (this.#isMet || this.#open.length === 0) {
      this.#finish(now)
      return
    }
    // A copy: a run that has nobody to ask ends, and leaves the list, before `advance` returns.
    for (const run of [...this.#open]) run.advance(now)
  }

  cancel(): void {
    for (const run of this.#open) run.cancel()
    this.#open = []
  }

  lookupFound(_run: LookupRun, endpoints: readonly Endpoint[], holder: Contact, now: number): void {
    this.#holders.set(holder.endpointKey, holder)
    this.#found(endpoints)
    if (this.#mode === 'first') this.#finish(now)
  }

  lookupWaits(_run: LookupRun, now: number): void {
    this.#finishIfQuick(now)
  }

  /** One that nobody answered begins again with those who have been met since. */
  lookupEnded(run: LookupRun, now: number): void {
    const isBegunAgain = !this.#isSettled && run.isWorthAnotherTry
    const ended = isBegunAgain ? this.#firstTries : this.#ended
    ended.push(run)
    this.#open = this.#open.filter((other) => other !== run)
    if (isBegunAgain) {
      const again = this.#begin!(run.overlay, now)
      this.#open.push(again)
      again.advance(now)
    } else if (this.#open.length > 0) this.#finishIfQuick(now)
    else if (this.#isSettled) this.#services.operations.end(this.#operationId)
    else this.#finish(now)
  }

  /** Ends with what is known, if that is something, and goes on listening. */
  #finishIfQuick(now: number): void {
    if (this.#mode !== 'quick' || this.#isSettled || this.#endpoints.size === 0) return
    if (!this.#open.every((run) => run.waitsForStalledOnly)) return
    const runs = [...this.#ended, ...this.#open]
    this.#open = this.#open.filter((run) => run.stopAsking())
    this.#settle(runs, now)
  }

  /** Nothing more is wanted. */
  get #isMet(): boolean {
    return this.#mode === 'first' && this.#endpoints.size > 0
  }

  #found(endpoints: readonly Endpoint[]): void {
    const before = this.#endpoints.size
    for (const e of endpoints) this.#endpoints.set(formatEndpoint(e), e)
    const news = [...this.#endpoints.values()].slice(before)
    if (news.length > 0) this.#services.outbox.found(this.#operationId, news)
  }

  #finish(now: number): void {
    const runs = [...this.#ended, ...this.#open]
    // Who was asked may answer still, which is worth knowing for the table.
    for (const run of this.#open) run.abort()
    this.#open = []
    this.#settle(runs, now)
  }

  #settle(runs: readonly LookupRun[], now: number): void {
    const { operations } = this.#services
    this.#isSettled = true
    const mayFindMore = this.#open.length > 0
    if (mayFindMore) operations.letGoOn(this.#operationId)
    const reasons = new Set(runs.flatMap((run) => [...run.incompleteReasons]))
    const tally = sumTallies([...this.#firstTries, ...runs].map((run) => run.tally))
    if (tally.answered === 0 && !this.#isMet) reasons.add('nobody-to-ask')
    operations.settle(this.#operationId, {
      kind: 'found',
      mayFindMore,
      result: {
        endpoints: [...this.#endpoints.values()],
        holders: [...this.#holders.values()],
        closest: runs.flatMap((run) => run.closest),
        complete: reasons.size === 0,
        incompleteReasons: [...reasons],
        tally,
        durationMs: now - this.#startedAt,
      },
    })
  }
}

/** What several lookups cost together; hops are those of the deepest. */
export function sumTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, t) => ({
      asked: sum.asked + t.asked,
      answered: sum.answered + t.answered,
      stalled: sum.stalled + t.stalled,
      failed: sum.failed + t.failed,
      hops: Math.max(sum.hops, t.hops),
    }),
    { asked: 0, answered: 0, stalled: 0, failed: 0, hops: 0 },
  )
}
