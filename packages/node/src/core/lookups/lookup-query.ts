// One query of a lookup. It tells the lookup when it is queued by the rate limit, and when not any
// more.

import type { Contact, ErrorMessage, Response } from '@dht/krpc'
import type { QueryObserver } from '../queries/query-observer.ts'
import type { QueryFailure } from '../queries/refusal.ts'
import type { WalkQuery } from './walk.ts'

/** The lookup that a query belongs to. */
export interface QueryingLookup {
  onQueued(): void
  /** A query that was queued is sent or has failed. */
  onUnqueued(): void
  onResponse(query: LookupQuery, response: Response, responder: Contact, now: number): void
  /** @param reason - undefined: the node returned an error message */
  onFailure(query: LookupQuery, reason: QueryFailure | undefined, now: number): void
  /** @returns whether the query is to be sent once more */
  onStalled(query: LookupQuery, isSuspect: boolean, now: number): boolean
}

export class LookupQuery implements QueryObserver {
  readonly asked: Contact
  /** What the walk wanted to be sent. */
  readonly step: WalkQuery
  readonly isSilenceFailure: boolean
  readonly isOfLookup = true
  readonly #lookup: QueryingLookup
  #isQueued = false

  constructor(step: WalkQuery, lookup: QueryingLookup, isSilenceFailure = true) {
    this.asked = step.contact
    this.step = step
    this.isSilenceFailure = isSilenceFailure
    this.#lookup = lookup
  }

  onQueued(): void {
    this.#isQueued = true
    this.#lookup.onQueued()
  }

  onSent(): void {
    if (!this.#isQueued) return
    this.#isQueued = false
    this.#lookup.onUnqueued()
  }

  onResponse(response: Response, responder: Contact, now: number): void {
    this.#lookup.onResponse(this, response, responder, now)
  }

  onError(_error: ErrorMessage, now: number): void {
    this.#lookup.onFailure(this, undefined, now)
  }

  onFailure(reason: QueryFailure, now: number): void {
    this.onSent()
    this.#lookup.onFailure(this, reason, now)
  }

  onStalled(isSuspect: boolean, now: number): boolean {
    return this.#lookup.onStalled(this, isSuspect, now)
  }
}
