// The candidates of one lookup, nearest to the target first.
// Each id has at most one candidate, and so has each endpoint; an address has a few. Our own id and
// our own addresses have none. At most `capacity` candidates are fresh: a nearer contact replaces
// the farthest fresh candidate. The shortlist never forgets a candidate that was queried, so the
// lookup queries no contact twice.
// `lookup.ts` decides when to query, how many candidates at a time, and when the lookup ends.

import {
  compareDistance,
  distanceOfHeads,
  type Id,
  type Identified,
  idHead,
  idsEqual,
} from '@dht/id'
import { CANDIDATE_MOVES, Candidate, type CandidateMove } from './candidate.ts'
import { CandidateList } from './candidate-list.ts'
import { Places, type PlacesInit } from './places.ts'
import { type Report, ReportedContact } from './reported-contact.ts'
import { SetAsideContacts } from './set-aside-contacts.ts'

/**
 * Most further contacts of one id that are kept: ours, as many as there are responses to a lookup.
 * With fewer, liars that answer early would fill the places, and the true contact had none.
 */
const MAX_ALTERNATES = 128

export interface ShortlistInit<C> extends Omit<PlacesInit<C>, 'own'> {
  readonly target: Id
  readonly self: Id
  readonly selfAddresses: readonly string[]
  readonly capacity: number
  /** Most contacts with one id that are queried although only one node has reported them. */
  readonly contactsPerId: number
}

export class Shortlist<C extends Identified> {
  readonly #target: Id
  readonly #self: Id
  readonly #capacity: number
  readonly #contactsPerId: number
  readonly #places: Places<C>
  readonly #notFailed: CandidateList<C>
  readonly #all: CandidateList<C>
  readonly #byContact = new Map<C, Candidate<C>>()
  /** Contacts that are not candidates, because too many others have their address. */
  readonly #setAsideContacts: SetAsideContacts<C>
  /** Number of fresh candidates. */
  #freshCount = 0

  constructor(init: ShortlistInit<C>) {
    this.#target = init.target
    this.#self = init.self
    this.#capacity = init.capacity
    this.#contactsPerId = init.contactsPerId
    this.#places = new Places({ ...init, own: init.selfAddresses })
    this.#notFailed = new CandidateList(init.target)
    this.#all = new CandidateList(init.target)
    this.#setAsideContacts = new SetAsideContacts(init.target)
  }

  /** Candidates that have not failed, nearest first. */
  get notFailed(): readonly Candidate<C>[] {
    return this.#notFailed.all
  }

  /** All candidates, also the failed ones, nearest first. */
  get all(): readonly Candidate<C>[] {
    return this.#all.all
  }

  /** The candidate of this very object. Only `get` finds another object with the same id. */
  byContact(contact: C): Candidate<C> | undefined {
    return this.#byContact.get(contact)
  }

  /** The candidate with this id. */
  get(id: Id): Candidate<C> | undefined {
    if (id?.length !== this.#target.length) return undefined
    return this.#all.get(id, this.#distanceTo(id))
  }

  /**
   * Adds a contact that we know or that a node has reported, as a fresh candidate or as another
   * contact of the candidate with its id. Does nothing when the contact is this node, when its
   * endpoint was queried, or when it is farther than the candidate it would replace.
   */
  add(contact: C, report: Report): void {
    const known = this.#byContact.get(contact) ?? this.get(contact.id)
    if (known !== undefined) this.#addTo(known, contact, report)
    else if (this.#isOtherNode(contact.id)) this.#admit(contact, report)
  }

  /**
   * Makes the nearest contacts that were set aside candidates, until `count` candidates have not
   * failed.
   *
   * @returns whether there is a new candidate
   */
  admitSetAside(count: number): boolean {
    const missing = count - this.notFailed.length
    if (missing <= 0) return false
    const isUsable = (contact: C): boolean => this.#places.isFree(contact)
    let added = 0
    for (; added < missing; added++) {
      const next = this.#setAsideContacts.take(isUsable)
      if (next === undefined) break
      this.#insertFresh(next.reported, next.hop)
    }
    return added > 0
  }

  /**
   * Adds a contact that responded, although the query was sent to another id at its address.
   *
   * @returns the new candidate. Undefined when its id is our own, has another width, or already has
   * a candidate. The existing candidate does not change: otherwise any node could stop the lookup
   * from asking it, by responding with its id.
   */
  addResponder(contact: C, hop: number): Candidate<C> | undefined {
    const { id } = contact
    if (!this.#isOtherNode(id) || this.get(id) !== undefined) return undefined
    return this.#insert(this.#reportedContactOf(contact), hop, 'responded')
  }

  /** Whether a contact is not this node, and no other id was queried at its endpoint. */
  isOpenTo(contact: C): boolean {
    return this.#isOtherNode(contact.id) && this.#places.isOpenTo(contact, this.get(contact.id))
  }

  /** Whether a contact with this id and endpoint was added, and not forgotten. */
  knows(contact: C): boolean {
    const candidate = this.get(contact.id)
    if (candidate === undefined) return false
    const { reported, alternates, overdue } = candidate
    const endpoint = this.#places.endpointOf(contact)
    return [reported, ...alternates, ...overdue].some((each) => each.endpoint === endpoint)
  }

  /** Moves a candidate to another state. Returns false when `CANDIDATE_MOVES` has no such move. */
  move(candidate: Candidate<C>, move: CandidateMove): boolean {
    const before = candidate.state
    const next = CANDIDATE_MOVES[before][move]
    if (next === undefined) return false
    candidate.state = next
    this.#freshCount += Number(next === 'fresh') - Number(before === 'fresh')
    if (next === 'failed') this.#notFailed.remove(candidate)
    if (before === 'failed') this.#notFailed.insert(candidate)
    return true
  }

  /**
   * Makes another contact with the candidate's id the one to query next.
   *
   * @returns false: there is none that may be queried, or none with enough believed reporters
   */
  takeAlternate(candidate: Candidate<C>): boolean {
    const best = this.#alternateOf(candidate)
    if (best === undefined) return false
    candidate.alternates = candidate.alternates.filter((each) => each !== best)
    candidate.reported = best
    this.#places.take(candidate)
    this.#byContact.set(best.contact, candidate)
    return true
  }

  /** Whether there is another contact with the candidate's id that `takeAlternate` would take. */
  hasAlternate(candidate: Candidate<C>): boolean {
    return this.#alternateOf(candidate) !== undefined
  }

  /** Called before the first query to a candidate: chooses the contact with most reporters. */
  chooseContact(candidate: Candidate<C>): void {
    const { reported } = candidate
    const best = this.#alternateOf(candidate)
    if (best === undefined || best.weight <= reported.weight) return
    this.#places.release(candidate)
    this.#byContact.delete(reported.contact)
    this.takeAlternate(candidate)
    candidate.alternates = [...candidate.alternates, reported]
  }

  /** Forgets every fresh candidate, and all contacts that might become candidates. */
  dropFresh(): void {
    for (const candidate of this.notFailed.filter(({ state }) => state === 'fresh')) {
      if (candidate.isUntried) this.#forget(candidate)
      else this.move(candidate, 'fail')
    }
    for (const candidate of this.all) candidate.alternates = []
    this.#setAsideContacts.clear()
  }

  /**
   * How many ids nearer than `distance` are known and have not failed, set-aside contacts included.
   *
   * @param distance - the first 32 bits of a distance, as a signed number
   */
  countWithin(distance: number): number {
    const outside = this.notFailed.findIndex((each) => each.distance >= distance)
    const inside = outside < 0 ? this.notFailed.length : outside
    return inside + this.#setAsideContacts.countWithin(distance)
  }

  #alternateOf(candidate: Candidate<C>): ReportedContact<C> | undefined {
    const { alternates, tried } = candidate
    if (alternates.length === 0) return undefined
    let best: ReportedContact<C> | undefined
    // After `contactsPerId` false contacts, a further one needs two reporters.
    const least = tried < this.#contactsPerId ? 0 : 1
    for (const each of alternates) {
      const isBetter = each.weight > (best?.weight ?? least)
      if (isBetter && this.#places.claim(each.contact, candidate).kind === 'free') best = each
    }
    return best
  }

  /** One more response reported a contact with the id of a candidate. */
  #addTo(candidate: Candidate<C>, contact: C, { reporter }: Report): void {
    if (reporter === undefined) return
    const { reported, alternates, state } = candidate
    const endpoint = this.#places.endpointOf(contact)
    if (state === 'responded') {
      if (endpoint === reported.endpoint) reporter.hit()
      else reporter.missed()
      return
    }
    const known = [reported, ...alternates].find((each) => each.endpoint === endpoint)
    if (known !== undefined) known.reportedBy(reporter)
    else if (alternates.length < MAX_ALTERNATES) {
      candidate.alternates = [...alternates, new ReportedContact(contact, endpoint, reporter)]
    }
    if (state === 'failed' && this.takeAlternate(candidate)) this.move(candidate, 'retry')
  }

  #admit(contact: C, { reporter, hop }: Report): void {
    const reported = this.#reportedContactOf(contact, reporter)
    const claim = this.#places.claim(contact)
    if (claim.kind === 'taken') return
    if (claim.kind === 'full') {
      this.#setAside(reported, hop)
      return
    }
    const replaced = 'holder' in claim ? claim.holder : this.#farthestFreshWhenFull()
    const isNearer =
      replaced === undefined || compareDistance(contact.id, replaced.id, this.#target) < 0
    if (replaced !== undefined && isNearer) this.#forget(replaced)
    if (isNearer) this.#insertFresh(reported, hop)
    if (claim.kind !== 'crowded') return
    if (isNearer) this.#setAside(claim.holder.reported, claim.holder.hop)
    else this.#setAside(reported, hop)
  }

  #setAside(reported: ReportedContact<C>, hop: number): void {
    this.#setAsideContacts.add({ reported, hop, distance: this.#distanceTo(reported.contact.id) })
  }

  #reportedContactOf(contact: C, reporter?: Report['reporter']): ReportedContact<C> {
    return new ReportedContact(contact, this.#places.endpointOf(contact), reporter)
  }

  #insertFresh(reported: ReportedContact<C>, hop: number): void {
    this.#places.take(this.#insert(reported, hop, 'fresh'))
    this.#freshCount += 1
  }

  #insert(reported: ReportedContact<C>, hop: number, state: 'fresh' | 'responded'): Candidate<C> {
    const { contact } = reported
    const { id } = contact
    const candidate = new Candidate({ reported, id, distance: this.#distanceTo(id), hop, state })
    this.#notFailed.insert(candidate)
    this.#all.insert(candidate)
    this.#setAsideContacts.remove(id)
    this.#byContact.set(contact, candidate)
    return candidate
  }

  #isOtherNode(id: Id): boolean {
    return id?.length === this.#target.length && !idsEqual(id, this.#self)
  }

  #farthestFreshWhenFull(): Candidate<C> | undefined {
    if (this.#freshCount < this.#capacity) return undefined
    return this.notFailed.findLast(({ isUntried }) => isUntried)
  }

  /** Forgets a candidate that was not queried. */
  #forget(candidate: Candidate<C>): void {
    this.#notFailed.remove(candidate)
    this.#all.remove(candidate)
    this.#byContact.delete(candidate.contact)
    this.#places.release(candidate)
    this.#freshCount -= 1
  }

  /** The first 32 bits of the distance from `id` to the target, as a signed number. */
  #distanceTo(id: Id): number {
    return distanceOfHeads(idHead(id), idHead(this.#target))
  }
}
