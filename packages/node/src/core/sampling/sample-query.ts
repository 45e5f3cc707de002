// One query of a walk for samples. Sent once, never resent: a node is asked once per interval.

import type { Contact, Response } from '@dht/krpc'
import type { QueryObserver } from '../queries/query-observer.ts'
import { isOwnLimit, type QueryFailure } from '../queries/refusal.ts'

/** The walk that a query belongs to. */
export interface SamplingWalk {
  onResponse(query: SampleQuery, response: Response, responder: Contact, now: number): void
  /** The node has returned an error message or not responded. */
  onFailure(query: SampleQuery, now: number): void
  /** The query was accepted and then not sent, because of a limit of this node. */
  onUnsent(query: SampleQuery, now: number): void
  /** The response is late: another node is asked meanwhile. */
  onStalled(query: SampleQuery, now: number): void
}

export class SampleQuery implements QueryObserver {
  readonly asked: Contact
  readonly isSilenceFailure = false
  readonly #walk: SamplingWalk

  constructor(asked: Contact, walk: SamplingWalk) {
    this.asked = asked
    this.#walk = walk
  }

  onResponse(response: Response, responder: Contact, now: number): void {
    this.#walk.onResponse(this, response, responder, now)
  }

  onError(_error: unknown, now: number): void {
    this.#walk.onFailure(this, now)
  }

  onFailure(reason: QueryFailure, now: number): void {
    if (isOwnLimit(reason)) this.#walk.onUnsent(this, now)
    else this.#walk.onFailure(this, now)
  }

  onStalled(_isSuspect: boolean, now: number): boolean {
    this.#walk.onStalled(this, now)
    return false
  }
}
