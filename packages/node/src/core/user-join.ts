// A user's wish to have joined: over when every overlay has ended its join, found anybody or not.

import type { Join, JoinOwner } from './join.ts'
import type { Services } from './services.ts'
import type { Wish } from './wishes.ts'

export class UserJoin implements JoinOwner, Wish {
  readonly #ticket: number
  readonly #services: Services
  #pending = 0
  #contacts = 0

  constructor(ticket: number, services: Services) {
    this.#ticket = ticket
    this.#services = services
  }

  start(joins: readonly Join[], now: number): void {
    this.#pending = joins.length
    for (const join of joins) join.start(this, now)
  }

  joined(contacts: number): void {
    this.#contacts += contacts
    if (--this.#pending > 0) return
    this.#services.wishes.settle(this.#ticket, { kind: 'joined', contacts: this.#contacts })
  }

  /** The joins go on: the node needs its place whether or not anybody waits. */
  cancel(): void {}
}
