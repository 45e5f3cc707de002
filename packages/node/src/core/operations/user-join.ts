// A user's wait for the node to have joined: it ends when the join of every overlay has ended, with
// or without contacts.

import type { Join, JoinOwner } from '../overlay/join.ts'
import type { Services } from '../services.ts'
import type { Operation } from './operations.ts'
import type { BootstrapCount } from './outcome.ts'

export class UserJoin implements JoinOwner, Operation {
  readonly #operationId: number
  readonly #services: Services
  #joins: readonly Join[] = []
  #pending = 0
  #contacts = 0

  constructor(operationId: number, services: Services) {
    this.#operationId = operationId
    this.#services = services
  }

  start(joins: readonly Join[], now: number): void {
    this.#joins = joins
    this.#pending = joins.length
    for (const join of joins) join.whenJoined(this, now)
    if (joins.length === 0) this.#settle()
  }

  joined(contacts: number): void {
    this.#contacts += contacts
    if (--this.#pending === 0) this.#settle()
  }

  /** The joins go on: the node needs contacts whether or not a caller waits. */
  cancel(): void {}

  #settle(): void {
    const bootstrap = sumCounts(this.#joins.map((join) => join.bootstrap))
    const result = { contacts: this.#contacts, bootstrap }
    this.#services.operations.settle(this.#operationId, { kind: 'joined', result })
  }
}

/** The counts of both families together. */
export function sumCounts(counts: readonly BootstrapCount[]): BootstrapCount {
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
  return {
    queried: sum(counts.map(({ queried }) => queried)),
    responded: sum(counts.map(({ responded }) => responded)),
  }
}
