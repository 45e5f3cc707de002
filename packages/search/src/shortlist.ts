// The candidates of one lookup, nearest to the target first.
// Each id has at most one candidate, and so has each endpoint; an address has a few. Our own id and
// our own addresses have none. At most `capacity` candidates are fresh: a nearer newcomer replaces
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
import { Alternates } from './alternates.ts'
import { Aside } from './aside.ts'
import { CANDIDATE_MOVES, Candidate, type CandidateMove } from './candidate.ts'
import { Places, type PlacesInit } from './places.ts'

export interface ShortlistInit<C> extends Omit<PlacesInit<C>, 'own'> {
  readonly target: Id
  readonly self: Id
  readonly selfAddresses: readonly string[]
  readonly capacity: number
  /** Most contacts with one id that are queried, where `endpointOf` is given. */
  readonly contactsPerId: number
}

export class Shortlist<C extends Identified> {
  readonly #target: Id
  readonly #self: Id
  readonly #capacity: number
  readonly #contactsPerId: number
  readonly #places: Places<C>
  readonly #notFailed: Candidate<C>[] = []
  /** Sorted by distance too, so `get` finds an id by binary search and needs no map of ids. */
  readonly #all: Candidate<C>[] = []
  readonly #byContact = new Map<C, Candidate<C>>()
  /** Contacts without a place, because too many others have their address. */
  readonly #aside: Aside<C>
  /** Number of fresh candidates. */
  #freshCount = 0

  constructor(init: ShortlistInit<C>) {
    this.#target = init.target
    this.#self = init.self
    this.#capacity = init.capacity
    this.#contactsPerId = init.endpointOf === undefined ? 1 : init.contactsPerId
    this.#places = new Places({ ...init, own: init.selfAddresses })
    this.#aside = new Aside(init.target)
  }

  /** Candidates that have not failed, nearest first. */
  get notFailed(): readonly Candidate<C>[] {
    return this.#notFailed
  }

  /** All candidates, also the failed ones, nearest first. */
  get all(): readonly Candidate<C>[] {
    return this.#all
  }

  /** The candidate of this very object. Only `get` finds another object with the same id. */
  byContact(contact: C): Candidate<C> | undefined {
    return this.#byContact.get(contact)
  }

  /** The candidate with this id. */
  get(id: Id): Candidate<C> | undefined {
    if (!this.#hasTargetWidth(id)) return undefined
    const index = this.#indexOf({ id, distance: this.#distanceTo(id) }, this.#all)
    const candidate = this.#all[index]
    return candidate !== undefined && idsEqual(candidate.id, id) ? candidate : undefined
  }

  /**
   * Adds a contact that another node has reported, as a fresh candidate or as another contact of
   * the candidate with its id. Does nothing when the contact is this node, has no place, or is
   * farther than the candidate it would replace.
   */
  add(contact: C, hop: number): void {
    const known = this.#byContact.get(contact) ?? this.get(contact.id)
    if (known !== undefined) this.#report(known, contact)
    else if (this.#isStranger(contact.id)) this.#admit(contact, hop)
  }

  /**
   * Gives the nearest contacts that were set aside a place, so that there are up to `count`
   * candidates that have not failed.
   *
   * @returns whether any has a place now
   */
  addAside(count: number): boolean {
    const missing = count - this.#notFailed.length
    if (missing <= 0) return false
    const added = this.#aside.take(missing, (contact) => {
      return (
        this.get(contact.id) === undefined && this.#places.claim(contact, false).kind === 'free'
      )
    })
    for (const { contact, hop } of added) this.#insertFresh(contact, hop)
    return added.length > 0
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
    if (!this.#isStranger(id) || this.get(id) !== undefined) return undefined
    const candidate = new Candidate({
      contact,
      distance: this.#distanceTo(id),
      hop,
      state: 'responded',
    })
    this.#insert(candidate)
    return candidate
  }

  /** Moves a candidate to another state. Returns false when `CANDIDATE_MOVES` has no such move. */
  move(candidate: Candidate<C>, move: CandidateMove): boolean {
    const before = candidate.state
    const next = CANDIDATE_MOVES[before][move]
    if (next === undefined) return false
    candidate.state = next
    this.#freshCount += Number(next === 'fresh') - Number(before === 'fresh')
    if (next === 'failed') remove(candidate, this.#notFailed)
    if (before === 'failed') this.#insertInto(this.#notFailed, candidate)
    return true
  }

  /**
   * Makes another contact with the candidate's id the one to query next: the one with the most
   * reports.
   *
   * @returns false: there is none that may be queried
   */
  takeAlternate(candidate: Candidate<C>): boolean {
    const best = this.#alternateOf(candidate)
    if (best === undefined) return false
    candidate.alternates?.remove(best.endpoint)
    candidate.contact = best.contact
    candidate.reports = best.reports
    this.#places.take(candidate, best.contact)
    this.#byContact.set(best.contact, candidate)
    return true
  }

  /** Whether another contact with the candidate's id may be queried. */
  hasAlternate(candidate: Candidate<C>): boolean {
    return this.#alternateOf(candidate) !== undefined
  }

  /** Forgets every fresh candidate, and all contacts that might become candidates. */
  dropFresh(): void {
    for (const candidate of this.#notFailed.filter(({ state }) => state === 'fresh')) {
      if (candidate.isUntried) this.#forget(candidate)
      else this.move(candidate, 'fail')
    }
    for (const candidate of this.#all) candidate.alternates = undefined
    this.#aside.clear()
  }

  /**
   * How many ids nearer than `distance` are known that have not failed, among them those without a
   * place.
   *
   * @param distance - the first 32 bits of a distance, as a number
   */
  countWithin(distance: number): number {
    const isWithin = (each: { readonly distance: number }): boolean => each.distance < distance
    const outside = this.#notFailed.findIndex((each) => !isWithin(each))
    const inside = outside < 0 ? this.#notFailed.length : outside
    return inside + this.#aside.countWithin(distance)
  }

  #alternateOf(candidate: Candidate<C>): ReturnType<Alternates<C>['best']> {
    const { alternates, tried } = candidate
    if (alternates === undefined || tried >= this.#contactsPerId) return undefined
    return alternates.best((contact) => this.#places.claim(contact).kind === 'free')
  }

  /** One more response reported a contact with the id of a candidate. */
  #report(candidate: Candidate<C>, contact: C): void {
    if (candidate.contact === contact) candidate.reports += 1
    else if (this.#contactsPerId > 1 && candidate.state !== 'responded') {
      this.#reportOther(candidate, contact)
    }
  }

  #reportOther(candidate: Candidate<C>, contact: C): void {
    const endpoint = this.#places.endpointOf(contact)
    if (endpoint === undefined) return
    if (endpoint === this.#places.endpointOf(candidate.contact)) {
      candidate.reports += 1
      return
    }
    candidate.alternates ??= new Alternates<C>()
    const reports = candidate.alternates.add(contact, endpoint)
    if (candidate.isUntried && reports > candidate.reports) this.#exchange(candidate)
    if (candidate.state === 'failed' && this.takeAlternate(candidate)) this.move(candidate, 'retry')
  }

  /** The contact that more responses reported replaces the one that was to be queried. */
  #exchange(candidate: Candidate<C>): void {
    const { contact, reports } = candidate
    if (!this.hasAlternate(candidate)) return
    this.#places.release(candidate)
    this.#byContact.delete(contact)
    this.takeAlternate(candidate)
    candidate.alternates?.add(contact, this.#places.endpointOf(contact) as string, reports)
  }

  #admit(contact: C, hop: number): void {
    const claim = this.#places.claim(contact)
    if (claim.kind === 'taken') return
    if (claim.kind === 'full') {
      this.#setAside(contact, hop)
      return
    }
    const replaced = 'holder' in claim ? claim.holder : this.#farthestFreshWhenFull()
    const isNearer =
      replaced === undefined || compareDistance(contact.id, replaced.id, this.#target) < 0
    if (replaced !== undefined && isNearer) this.#forget(replaced)
    if (isNearer) this.#insertFresh(contact, hop)
    if (claim.kind !== 'crowded') return
    if (isNearer) this.#setAside(claim.holder.contact, claim.holder.hop)
    else this.#setAside(contact, hop)
  }

  #setAside(contact: C, hop: number): void {
    this.#aside.add({ contact, hop, distance: this.#distanceTo(contact.id) })
  }

  #insertFresh(contact: C, hop: number): void {
    const distance = this.#distanceTo(contact.id)
    const candidate = new Candidate({ contact, distance, hop, state: 'fresh' })
    this.#insert(candidate)
    this.#places.take(candidate, contact)
    this.#freshCount += 1
  }

  #hasTargetWidth(id: Id): boolean {
    return id?.length === this.#target.length
  }

  #isStranger(id: Id): boolean {
    return this.#hasTargetWidth(id) && !idsEqual(id, this.#self)
  }

  #farthestFreshWhenFull(): Candidate<C> | undefined {
    if (this.#freshCount < this.#capacity) return undefined
    return this.#notFailed.findLast(({ isUntried }) => isUntried)
  }

  #insert(candidate: Candidate<C>): void {
    this.#insertInto(this.#notFailed, candidate)
    this.#insertInto(this.#all, candidate)
    this.#byContact.set(candidate.contact, candidate)
  }

  #insertInto(list: Candidate<C>[], candidate: Candidate<C>): void {
    insert(candidate, list, this.#indexOf(candidate, list))
  }

  /** Forgets a candidate that was not queried. */
  #forget(candidate: Candidate<C>): void {
    for (const list of [this.#notFailed, this.#all]) remove(candidate, list)
    this.#byContact.delete(candidate.contact)
    this.#places.release(candidate)
    this.#freshCount -= 1
  }

  /** The first 32 bits of the distance from `id` to the target, as a signed number. */
  #distanceTo(id: Id): number {
    return distanceOfHeads(idHead(id), idHead(this.#target))
  }

  /** The index of `id` in `list`, or the index at which to insert it. */
  #indexOf(
    { id, distance }: Pick<Candidate<C>, 'id' | 'distance'>,
    list: readonly Candidate<C>[],
  ): number {
    let low = 0
    let high = list.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = list[middle]!
      const order = other.distance - distance || compareDistance(other.id, id, this.#target)
      if (order < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Inserts without `splice`, which would allocate a list of removed items for each call. */
function insert<T>(item: T, list: T[], index: number): void {
  list.push(item)
  for (let at = list.length - 1; at > index; at--) list[at] = list[at - 1]!
  list[index] = item
}

function remove<T>(item: T, list: T[]): void {
  list.splice(list.indexOf(item), 1)
}
