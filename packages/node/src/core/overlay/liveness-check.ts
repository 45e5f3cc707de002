// The observer of a ping that the routing table asked for. It only reports the end of the check:
// the table has received the outcome as evidence before the observer is told.

import type { Contact } from '@dht/krpc'
import type { QueryObserver } from '../queries/query-observer.ts'

export class LivenessCheck implements QueryObserver {
  readonly asked: Contact
  /** Whether the contact is a member of the table. */
  readonly isMember: boolean
  readonly #ended: () => void

  /** @param init - `ended` is called once, at the end of the check */
  constructor(asked: Contact, init: { readonly isMember: boolean; readonly ended: () => void }) {
    this.asked = asked
    this.isMember = init.isMember
    this.#ended = init.ended
  }

  onResponse(): void {
    this.#ended()
  }

  onError(): void {
    this.#ended()
  }

  onFailure(): void {
    this.#ended()
  }

  /**
   * A member is pinged a second time. An unverified contact is not: its address may come from a
   * query with a forged source (AMP-3).
   */
  onStalled(): boolean {
    return this.isMember
  }
}
