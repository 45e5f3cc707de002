// The candidates of one lookup, nearest to the target first.
// Each id has at most one candidate, and so has each reported address. Our own id and our own
// addresses have none. At most `capacity` candidates are fresh: a nearer newcomer replaces the
// farthest fresh candidate. The shortlist never forgets a candidate that was asked, so the lookup
// asks no contact twice.
// `lookup.ts` decides when to ask, how many candidates at a time, and when the lookup ends.

import {
  compareDistance,
  distanceOfHeads,
  type Id,
  type Identified,
  idHead,
  idsEqual,
} from '@dht/id'
import { CANDIDATE_MOVES, Candidate, type CandidateMove } from './candidate.ts'

export interface ShortlistInit<C> {
  readonly target: Id
  readonly self: Id
  readonly selfAddresses: readonly string[]
  readonly capacity: number
  readonly addressOf: ((contact: C) => string) | undefined
}

export class Shortlist<C extends Identified> {
  readonly #target: Id
  readonly #self: Id
  readonly #selfAddresses: ReadonlySet<string>
  readonly #capacity: number
  readonly #addressOf: ((contact: C) => string) | undefined
  readonly #notFailed: Candidate<C>[] = []
  /** Sorted by distance too, so `get` finds an id by binary search and needs no map of ids. */
  readonly #all: Candidate<C>[] = []
  readonly #byContact = new Map<C, Candidate<C>>()
  readonly #byAddress = new Map<string, Candidate<C>>()
  /** Number of fresh candidates. */
  #freshCount = 0

  constructor(init: ShortlistInit<C>) {
    this.#target = init.target
    this.#self = init.self
    this.#selfAddresses = new Set(init.selfAddresses)
    this.#capacity = init.capacity
    this.#addressOf = init.addressOf
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
   * Adds a contact that another node has reported, as a fresh candidate. Does nothing when the
   * contact is already known, is this node, or is farther than the candidate it would replace.
   */
  add(contact: C, hop: number): void {
    const { id } = contact
    if (!this.#isNew(id)) return
    const address = this.#addressOf?.(contact)
    const sameAddress = address === undefined ? undefined : this.#candidateAt(address)
    if (sameAddress === 'taken') return
    const replaced = sameAddress ?? this.#farthestFreshWhenFull()
    if (replaced !== undefined) {
      if (compareDistance(replaced.id, id, this.#target) < 0) return
      this.#forget(replaced)
    }
    const distance = this.#distanceTo(id)
    this.#insert(new Candidate({ contact, distance, address, hop, state: 'fresh' }))
    this.#freshCount += 1
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
    if (!this.#isNew(id)) return undefined
    const distance = this.#distanceTo(id)
    const address = undefined
    const candidate = new Candidate({ contact, distance, address, hop, state: 'responded' })
    this.#insert(candidate)
    return candidate
  }

  /** Moves a candidate to another state. Returns false when `CANDIDATE_MOVES` has no such move. */
  move(candidate: Candidate<C>, move: CandidateMove): boolean {
    const next = CANDIDATE_MOVES[candidate.state][move]
    if (next === undefined) return false
    if (candidate.state === 'fresh') this.#freshCount -= 1
    candidate.state = next
    if (next === 'failed') remove(candidate, this.#notFailed)
    return true
  }

  /** Forgets every fresh candidate. */
  dropFresh(): void {
    for (const candidate of this.#notFailed.filter(({ state }) => state === 'fresh')) {
      this.#forget(candidate)
    }
  }

  #hasTargetWidth(id: Id): boolean {
    return id?.length === this.#target.length
  }

  #isNew(id: Id): boolean {
    if (!this.#hasTargetWidth(id) || idsEqual(id, this.#self)) return false
    return this.get(id) === undefined
  }

  /**
   * The fresh candidate at this address. 'taken' when a newcomer must not replace it: the address
   * is our own, or its candidate was already asked.
   */
  #candidateAt(address: string): Candidate<C> | 'taken' | undefined {
    if (this.#selfAddresses.has(address)) return 'taken'
    const candidate = this.#byAddress.get(address)
    return candidate === undefined || candidate.state === 'fresh' ? candidate : 'taken'
  }

  #farthestFreshWhenFull(): Candidate<C> | undefined {
    if (this.#freshCount < this.#capacity) return undefined
    return this.#notFailed.findLast(({ state }) => state === 'fresh')
  }

  #insert(candidate: Candidate<C>): void {
    for (const list of [this.#notFailed, this.#all]) {
      insert(candidate, list, this.#indexOf(candidate, list))
    }
    this.#byContact.set(candidate.contact, candidate)
    if (candidate.address !== undefined) this.#byAddress.set(candidate.address, candidate)
  }

  #forget(candidate: Candidate<C>): void {
    for (const list of [this.#notFailed, this.#all]) remove(candidate, list)
    this.#byContact.delete(candidate.contact)
    if (candidate.address !== undefined) this.#byAddress.delete(candidate.address)
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
