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
    for (const join of joins) join.await(this, now)
    if (joins.length === 0) this.#settle()
  }

  joined(contacts: number): void {
    this.#contacts += contacts
    if (--this.#pending === 0) this.#settle()
  }

  /** The joins go on: the node needs its place whether or not anybody waits. */
  cancel(): void {}

  #settle(): void {
    this.#services.wishes.settle(this.#ticket, { kind: 'joined', contacts: this.#contacts })
  }
}
