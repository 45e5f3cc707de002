// The pings that the routing table wants: how many may leave, and to whom one is under way. This is
// the one place where they are paid for, and the table marks a check as under way only once it is
// paid (AMP-3). Knows nothing of why a contact is to be checked.

import type { Contact } from '@dht/krpc'
import type { RoutingTable } from '@dht/routing-table'
import type { CoreConfig } from '../config/core-options.ts'
import { TokenBucket } from '../queries/token-bucket.ts'
import { LivenessCheck } from './liveness-check.ts'

export class CheckScheduler {
  readonly #table: RoutingTable<Contact>
  readonly #budget: TokenBucket
  /** Endpoints of unverified contacts under check: no address is pinged twice at once (AMP-4). */
  readonly #open = new Set<string>()

  constructor(table: RoutingTable<Contact>, config: CoreConfig) {
    this.#table = table
    this.#budget = new TokenBucket({
      perSecond: config.checksPerSecond,
      burst: config.checkBurst,
    })
  }

  /** The next check that is wanted and can be paid for; it is paid for. */
  take(now: number): LivenessCheck | undefined {
    while ((this.nextAt(now) ?? Number.POSITIVE_INFINITY) <= now) {
      const contact = this.#table.takeCheck(now)
      // The table may have spoken early; what nobody needed is not taken from the budget.
      if (contact === undefined) return undefined
      const check = this.of(contact)
      if (!check.isMember && this.#open.has(contact.endpointKey)) continue
      this.#budget.take(1, now)
      if (!check.isMember) this.#open.add(contact.endpointKey)
      return check
    }
    return undefined
  }

  /** When a contact next wants checking and may be; too early if the budget is spent by then. */
  nextAt(now: number): number | undefined {
    const checkAt = this.#table.nextCheckAt()
    if (checkAt === undefined || checkAt > now) return checkAt
    return Math.max(checkAt, this.#budget.readyAt(now))
  }

  /** A check outside the budget. */
  of(contact: Contact): LivenessCheck {
    const member = this.#table.get(contact.id)
    const isMember = member !== undefined && member.endpointKey === contact.endpointKey
    return new LivenessCheck(contact, { isMember, ended: () => this.ended(contact) })
  }

  /** The check of a contact has an outcome, or was not sent. */
  ended(contact: Contact): void {
    this.#open.delete(contact.endpointKey)
  }
}
