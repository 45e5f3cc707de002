// A ping that the table wants: is this contact still there? Nothing is left to do at its end, for
// the overlay has told the table everything before the errand is told.

import type { Contact } from '@dht/krpc'
import type { Errand } from './errand.ts'

export class LivenessCheck implements Errand {
  readonly asked: Contact
  readonly #isMember: boolean

  /** @param isMember - whether the table has it as a member, and not only as a name */
  constructor(asked: Contact, isMember: boolean) {
    this.asked = asked
    this.#isMember = isMember
  }

  answered(): void {}

  refused(): void {}

  failed(): void {}

  /** Who may be no more than a name in somebody's spoofed query is pinged once (AMP-3). */
  stalled(): boolean {
    return this.#isMember
  }
}
