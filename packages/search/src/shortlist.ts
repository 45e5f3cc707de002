// The candidates of one lookup, nearest to the target first, and a record of every id and address
// that the lookup has dealt with.
// No id and no address has two candidates; our own id and addresses have none. At most `capacity`
// candidates are fresh, and the farthest fresh one is forgotten for a nearer one. A candidate that
// was asked is never forgotten, so no contact is asked twice.
// The shortlist doesn't know when to ask, how many at a time, or when the lookup ends.

import { compareDistance, distanceOfHeads, type Id, idHead, idsEqual } from '@dht/id'
import { CANDIDATE_MOVES, Candidate, type CandidateMove, type Named } from './candidate.ts'

export interface ShortlistInit<C> {
  readonly target: Id
  readonly self: Id
  readonly selfAddresses: readonly string[]
  readonly capacity: number
  readonly addressOf: ((contact: C) => string) | undefined
}

export class Shortlist<C> {
  readonly #target: Id
  readonly #self: Id
  readonly #selfAddresses: ReadonlySet<string>
  readonly #capacity: number
  readonly #addressOf: ((contact: C) => string) | undefined
  readonly #order: Candidate<C>[] = []
  /** Failed ones included, nearest first as well: a search by distance needs no key of the id. */
  readonly #all: Candidate<C>[] = []
  readonly #byContact = new Map<C, Candidate<C>>()
  readonly #byAddress = new Map<string, Candidate<C>>()
  #fresh = 0

  constructor(init: ShortlistInit<C>) {
    this.#target = init.target
    this.#self = init.self
    this.#selfAddresses = new Set(init.selfAddresses)
    this.#capacity = init.capacity
    this.#addressOf = init.addressOf
  }

  /** Candidates that have not failed, nearest first. */
  get order(): readonly Candidate<C>[] {
    return this.#order
  }

  /** Every candidate that is remembered, failed ones included, nearest first. */
  get all(): readonly Candidate<C>[] {
    return this.#all
  }

  /** The candidate that is this very object, and so has its id. */
  known(contact: C): Candidate<C> | undefined {
    return this.#byContact.get(contact)
  }

  /** The candidate with this id. */
  get(id: Id): Candidate<C> | undefined {
    if (!this.#fits(id)) return undefined
    const candidate = this.#all[this.#placeOf({ id, distance: this.#distanceTo(id) }, this.#all)]
    return candidate !== undefined && idsEqual(candidate.id, id) ? candidate : undefined
  }

  /** Another node has reported this contact. It becomes a fresh candidate if there is room. */
  add({ contact, id }: Named<C>, hop: number): void {
    if (!this.#isNew(id)) return
    const address = this.#addressOf?.(contact)
    const rival = address === undefined ? undefined : this.#candidateAt(address)
    if (rival === 'taken') return
    const loser = rival ?? this.#farthestFreshWhenFull()
    if (loser !== undefined) {
      if (compareDistance(loser.id, id, this.#target) < 0) return
      this.#forget(loser)
    }
    const distance = this.#distanceTo(id)
    this.#insert(new Candidate({ contact, id, distance, address, hop, state: 'fresh' }))
    this.#fresh += 1
  }

  /**
   * This contact has responded to a query that was sent to another id at its address.
   *
   * @returns the new candidate; undefined when the id is our own, of another width, or that of a
   * candidate. Such a candidate is still asked at its own address: otherwise a node could remove
   * it by responding under its id.
   */
  addResponder({ contact, id }: Named<C>, hop: number): Candidate<C> | undefined {
    if (!this.#isNew(id)) return undefined
    const distance = this.#distanceTo(id)
    const address = undefined
    const candidate = new Candidate({ contact, id, distance, address, hop, state: 'replied' })
    this.#insert(candidate)
    return candidate
  }

  /** Moves a candidate to another state. Returns false when `CANDIDATE_MOVES` has no such move. */
  move(candidate: Candidate<C>, move: CandidateMove): boolean {
    const next = CANDIDATE_MOVES[candidate.state][move]
    if (next === undefined) return false
    if (candidate.state === 'fresh') this.#fresh -= 1
    candidate.state = next
    if (next === 'failed') remove(candidate, this.#order)
    return true
  }

  /** Forgets every fresh candidate. */
  dropFresh(): void {
    for (const candidate of this.#order.filter(({ state }) => state === 'fresh')) {
      this.#forget(candidate)
    }
  }

  #fits(id: Id): boolean {
    return id?.length === this.#target.length
  }

  #isNew(id: Id): boolean {
    return this.#fits(id) && !idsEqual(id, this.#self) && this.get(id) === undefined
  }

  /** The fresh candidate at this address; 'taken' when the address must not be asked again. */
  #candidateAt(address: string): Candidate<C> | 'taken' | undefined {
    if (this.#selfAddresses.has(address)) return 'taken'
    const candidate = this.#byAddress.get(address)
    return candidate === undefined || candidate.state === 'fresh' ? candidate : 'taken'
  }

  #farthestFreshWhenFull(): Candidate<C> | undefined {
    if (this.#fresh < this.#capacity) return undefined
    return this.#order.findLast(({ state }) => state === 'fresh')
  }

  #insert(candidate: Candidate<C>): void {
    for (const list of [this.#order, this.#all]) {
      insert(candidate, list, this.#placeOf(candidate, list))
    }
    this.#byContact.set(candidate.contact, candidate)
    if (candidate.address !== undefined) this.#byAddress.set(candidate.address, candidate)
  }

  #forget(candidate: Candidate<C>): void {
    for (const list of [this.#order, this.#all]) remove(candidate, list)
    this.#byContact.delete(candidate.contact)
    if (candidate.address !== undefined) this.#byAddress.delete(candidate.address)
    this.#fresh -= 1
  }

  /** The first 32 bits of the distance to the target, as a number: see `distanceOfHeads`. */
  #distanceTo(id: Id): number {
    return distanceOfHeads(idHead(id), idHead(this.#target))
  }

  /** How many candidates of `list` are nearer to the target than `id`. */
  #placeOf(
    { id, distance }: Pick<Candidate<C>, 'id' | 'distance'>,
    list: readonly Candidate<C>[],
  ): number {
    let low = 0
    let high = list.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const each = list[middle]!
      const order = each.distance - distance || compareDistance(each.id, id, this.#target)
      if (order < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** `splice` would make a list of what it removes, even where this is nothing. */
function insert<T>(item: T, list: T[], place: number): void {
  list.push(item)
  for (let at = list.length - 1; at > place; at--) list[at] = list[at - 1]!
  list[place] = item
}

function remove<T>(item: T, list: T[]): void {
  list.splice(list.indexOf(item), 1)
}
