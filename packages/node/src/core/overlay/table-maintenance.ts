// Keeps one overlay's routing table up to date: reports the outcomes of queries to it, sends the
// pings that it asks for, and finds the contacts from which a lookup starts. Knows nothing of
// transactions, or of the operations for which nodes are queried.

import type { Id } from '@dht/id'
import type { Contact, Endpoint, Family } from '@dht/krpc'
import type { Insertion, RoutingTable } from '@dht/routing-table'
import type { LateEvidence, QueryEvidence } from '../queries/query-evidence.ts'
import { TokenBucket } from '../queries/token-bucket.ts'
import type { Services } from '../services.ts'
import type { AddressPolicy } from './address-policy.ts'
import { CheckScheduler } from './check-scheduler.ts'
import type { CrowdedSubnets } from './crowded-subnets.ts'
import { insertionEvent } from './insertion-event.ts'
import type { LivenessCheck } from './liveness-check.ts'
import type { OwnId } from './own-id.ts'

/**
 * Unverified contacts offered to the table because they queried us, per second: ours, many more
 * than can be checked.
 */
const UNVERIFIED_PER_SECOND = 256
const UNVERIFIED_BURST = 1_024

export class TableMaintenance implements QueryEvidence {
  readonly #ownId: OwnId
  readonly #crowded: CrowdedSubnets
  readonly #table: RoutingTable<Contact>
  readonly #addresses: AddressPolicy
  readonly #ping: (check: LivenessCheck, now: number) => boolean
  readonly #services: Services
  readonly #checks: CheckScheduler
  readonly #unverified = new TokenBucket({
    perSecond: UNVERIFIED_PER_SECOND,
    burst: UNVERIFIED_BURST,
  })

  /** @param init - `ping` sends the query of a check; false: it was not sent */
  constructor(
    init: {
      readonly ownId: OwnId
      readonly crowded: CrowdedSubnets
      readonly table: RoutingTable<Contact>
      readonly addresses: AddressPolicy
      readonly ping: (check: LivenessCheck, now: number) => boolean
    },
    services: Services,
  ) {
    this.#ownId = init.ownId
    this.#crowded = init.crowded
    this.#table = init.table
    this.#addresses = init.addresses
    this.#ping = init.ping
    this.#services = services
    this.#checks = new CheckScheduler(init.table, services.config)
  }

  get #family(): Family {
    return this.#addresses.family
  }

  /**
   * The contacts to start a lookup from: the nearest that are not bad, or the nearest bad ones
   * where all are bad.
   */
  startingContacts(target: Id, count: number): Contact[] {
    const nearest = this.#table.closest(target, count)
    return nearest.length > 0 ? nearest : this.#table.closest(target, count, { includeBad: true })
  }

  /**
   * Pings the bad contact that is nearest to `target`. After a partition of the network this finds
   * the other part again, however long the partition lasted (SIM-P2).
   */
  pingNearestBad(target: Id, now: number): void {
    const nearest = this.#table.nearestBad(target)
    if (nearest !== undefined) this.#send(this.#checks.checkOf(nearest), now)
  }

  /**
   * A query came from this contact. Its source address may be forged, so the query proves nothing,
   * but it is a reason to check the contact (AMP-3).
   */
  queryReceived(id: Id, from: Endpoint, now: number): void {
    if (this.#ownId.is(id)) return
    const member = this.#table.get(id)
    if (member?.isAt(from)) {
      this.#table.queried(member, now)
    } else if (this.#unverified.take(1, now)) {
      const unverified = this.#services.contacts.contact(id, from)
      this.#table.queried(unverified, now)
      this.#proveCrowded(unverified, now)
    } else return
    this.#checkNext(now)
  }

  contactAt(endpoint: Endpoint): Contact | undefined {
    return [...this.#table.members()].find((member) => member.isAt(endpoint))
  }

  responded(responder: Contact, now: number): void {
    if (this.#addresses.isRouter(responder)) return
    this.#crowded.responded(responder, now)
    this.#inserted(responder, this.#table.responded(responder, now), now)
    let { excess } = this.#crowded
    for (; excess !== undefined; excess = this.#crowded.excess) this.#table.forget(excess.id)
    this.#proveCrowded(responder, now)
  }

  /** A late response takes the failure back, unless it is the third late one in a row. */
  respondedLate(asked: Contact, { expiredAt, isFailure }: LateEvidence, now: number): void {
    if (this.#addresses.isRouter(asked)) return
    const insertion = isFailure
      ? this.#table.queried(asked, now)
      : this.#table.respondedLate(asked, expiredAt, now)
    this.#inserted(asked, insertion, now)
  }

  /**
   * An error message carries no node id. It shows that a member at this endpoint is alive, but adds
   * no contact to the table.
   */
  errorReceived(asked: Contact, from: Endpoint, late: LateEvidence | undefined, now: number): void {
    const member = this.#table.get(asked.id)
    if (member === undefined || !member.isAt(from)) return
    if (late === undefined) this.responded(member, now)
    else this.respondedLate(member, late, now)
  }

  failed(asked: Contact, now: number): void {
    this.#table.failed(asked, now)
  }

  /** Sends the checks that are due and that the budget allows. */
  handleTimeout(now: number): void {
    for (let check = this.#checks.take(now); check !== undefined; check = this.#checks.take(now)) {
      this.#send(check, now)
    }
  }

  /**
   * When a check is next due and the budget may allow it, ms; may be early, is never late.
   * Undefined: no contact needs a check.
   */
  nextCheckAt(now: number): number | undefined {
    return this.#checks.nextAt(now)
  }

  #inserted(responder: Contact, insertion: Insertion<Contact>, now: number): void {
    const event = insertionEvent(insertion, responder, this.#family)
    if (event !== undefined) this.#services.outbox.trace(event)
    this.#checkNext(now)
  }

  /** Pings the contact that may prove that the subnet of `contact` is crowded, if there is one. */
  #proveCrowded(contact: Contact, now: number): void {
    const unproved = this.#crowded.unproved(contact, now)
    const check = unproved && this.#checks.takeOf(unproved, now)
    if (check === undefined) return
    this.#crowded.pinged(check.asked, now)
    this.#send(check, now)
  }

  /** Sends the next check, if one is due and the budget allows it. */
  #checkNext(now: number): void {
    const check = this.#checks.take(now)
    if (check !== undefined) this.#send(check, now)
  }

  #send(check: LivenessCheck, now: number): void {
    if (!this.#ping(check, now)) this.#checks.ended(check.asked)
    else if (!check.isMember) this.#services.unproven.pinged(now)
  }
}
