// Decides when the pings that the routing table asks for may be sent: within a budget, and to one
// address at most one at a time. The table marks a check as under way only when it is taken here,
// and only a check that the budget allows is taken (AMP-3). Knows nothing of why a contact needs a
// check.

import type { Contact } from '@dht/krpc'
import type { RoutingTable } from '@dht/routing-table'
import type { CoreConfig } from '../config/core-options.ts'
import { TokenBucket } from '../queries/token-bucket.ts'
import { LivenessCheck } from './liveness-check.ts'

export class CheckScheduler {
  readonly #table: RoutingTable<Contact>
  readonly #budget: TokenBucket
  /** Endpoints of unverified contacts with an open check: one ping at a time each (AMP-4). */
  readonly #open = new Set<string>()

  constructor(table: RoutingTable<Contact>, config: CoreConfig) {
    this.#table = table
    this.#budget = new TokenBucket({
      perSecond: config.checksPerSecond,
      burst: config.checkBurst,
    })
  }

  /** Takes the next check that is due and that the budget allows. */
  take(now: number): LivenessCheck | undefined {
    while ((this.nextAt(now) ?? Number.POSITIVE_INFINITY) <= now) {
      const contact = this.#table.takeCheck(now)
      // `nextCheckAt` of the table may be early. Then no check is due, and none is counted.
      if (contact === undefined) return undefined
      const check = this.#allowed(contact, now)
      if (check !== undefined) return check
    }
    return undefined
  }

  /** A check that the table did not ask for; undefined: the budget does not allow it now. */
  takeOf(contact: Contact, now: number): LivenessCheck | undefined {
    return this.#budget.readyAt(now) > now ? undefined : this.#allowed(contact, now)
  }

  /**
   * When a check is due and the budget may allow it, ms; early if the budget is spent by then.
   * Undefined: no contact needs a check.
   */
  nextAt(now: number): number | undefined {
    const checkAt = this.#table.nextCheckAt()
    if (checkAt === undefined || checkAt > now) return checkAt
    return Math.max(checkAt, this.#budget.readyAt(now))
  }

  /** A check of this contact that does not count towards the budget. */
  checkOf(contact: Contact): LivenessCheck {
    const member = this.#table.get(contact.id)
    const isMember = member !== undefined && member.endpointKey === contact.endpointKey
    return new LivenessCheck(contact, { isMember, ended: () => this.ended(contact) })
  }

  /** Counts a check, unless it would be the second one of an unverified contact. */
  #allowed(contact: Contact, now: number): LivenessCheck | undefined {
    const check = this.checkOf(contact)
    if (!check.isMember && this.#open.has(contact.endpointKey)) return undefined
    this.#budget.take(1, now)
    if (!check.isMember) this.#open.add(contact.endpointKey)
    return check
  }

  /** The check of a contact has ended, or was not sent. */
  ended(contact: Contact): void {
    this.#open.delete(contact.endpointKey)
  }
}
