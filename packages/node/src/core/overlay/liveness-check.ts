// A ping that the table wants: is this contact still there? Little is left to do at its end, for
// the overlay has told the table everything before the observer is told.

import type { Contact } from '@dht/krpc'
import type { QueryObserver } from '../queries/query-observer.ts'

export class LivenessCheck implements QueryObserver {
  readonly asked: Contact
  /** Whether the table has it as a member, and not only as a name. */
  readonly isMember: boolean
  readonly #ended: () => void

  /** @param init.ended - told once, at its end */
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

  /** Who may be no more than a name in somebody's spoofed query is pinged once (AMP-3). */
  onStalled(): boolean {
    return this.isMember
  }
}
