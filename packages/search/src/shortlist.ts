// The candidates of one lookup that have not failed, nearest to the target first, and the memory of
// every id and address that has been dealt with.
//
// True in here: no id and no address has two candidates; our own id and addresses have none; not
// more than `capacity` candidates are fresh, and it is the farthest fresh one that gives way. One
// that was ever asked is never forgotten, so nobody is asked twice.
// Not known here: when to ask, how many at a time, when the lookup ends.
import { compareDistance, type Id, idsEqual } from '@dht/id'
import { CANDIDATE_MOVES, type Candidate, type CandidateMove, newCandidate } from './candidate.ts'

export interface ShortlistInit<C> {
  readonly target: Id
  readonly self: Id
  readonly selfAddresses: readonly string[]
  readonly capacity: number
  readonly addressOf: ((contact: C) => string) | undefined
}

/** A contact and its id, fetched once. */
export interface Named<C> {
  readonly id: Id
  readonly contact: C
}

export class Shortlist<C> {
  readonly #target: Id
  readonly #self: Id
  readonly #selfAddresses: ReadonlySet<string>
  readonly #capacity: number
  readonly #addressOf: ((contact: C) => string) | undefined
  readonly #order: Candidate<C>[] = []
  /** Failed ones included, nearest first too: to find an id in it is faster than to make a key. */
  readonly #all: Candidate<C>[] = []
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

  /** Every candidate remembered, failed ones included, nearest first. */
  get all(): readonly Candidate<C>[] {
    return this.#all
  }

  get(id: Id): Candidate<C> | undefined {
    if (id.length !== this.#target.length) return undefined
    const candidate = this.#all[this.#placeIn(this.#all, id)]
    return candidate !== undefined && idsEqual(candidate.id, id) ? candidate : undefined
  }

  /**
   * Hearsay: somebody named this contact. It becomes a fresh candidate if there is room.
   *
   * @param named.id - that of the contact
   */
  offer({ id, contact }: Named<C>, hop: number): void {
    if (!this.#isNews(id)) return
    const address = this.#addressOf?.(contact)
    const rival = address === undefined ? undefined : this.#rivalAt(address)
    if (rival === 'taken') return
    const loser = rival ?? this.#farthestFreshWhenFull()
    if (loser !== undefined) {
      if (!this.#isNearer(id, loser.id)) return
      this.#forget(loser)
    }
    this.#insert(newCandidate({ contact, id, address, hop, state: 'fresh' }))
    this.#fresh += 1
  }

  /**
   * Evidence: this contact answered a question that was put to another id at its address.
   *
   * @returns the new candidate, or undefined when the id is our own, of another width, or already
   * has a candidate, which then is asked in its own right: nobody displaces a candidate by
   * borrowing its name
   */
  enter({ id, contact }: Named<C>, hop: number): Candidate<C> | undefined {
    if (!this.#isNews(id)) return undefined
    const candidate = newCandidate({ contact, id, address: undefined, hop, state: 'replied' })
    this.#insert(candidate)
    return candidate
  }

  /** Moves a candidate if the table of moves allows it. */
  move(candidate: Candidate<C>, move: CandidateMove): boolean {
    const next = CANDIDATE_MOVES[candidate.state][move]
    if (next === undefined) return false
    if (candidate.state === 'fresh') this.#fresh -= 1
    candidate.state = next
    if (next === 'failed') this.#order.splice(this.#placeIn(this.#order, candidate.id), 1)
    return true
  }

  /** Forgets every fresh candidate. */
  dropFresh(): void {
    for (const candidate of this.#order.filter(({ state }) => state === 'fresh')) {
      this.#forget(candidate)
    }
  }

  #isNews(id: Id): boolean {
    const fits = id.length === this.#target.length && !idsEqual(id, this.#self)
    return fits && this.get(id) === undefined
  }

  #rivalAt(address: string): Candidate<C> | 'taken' | undefined {
    if (this.#selfAddresses.has(address)) return 'taken'
    const rival = this.#byAddress.get(address)
    return rival === undefined || rival.state === 'fresh' ? rival : 'taken'
  }

  #farthestFreshWhenFull(): Candidate<C> | undefined {
    if (this.#fresh < this.#capacity) return undefined
    return this.#order.findLast(({ state }) => state === 'fresh')
  }

  #isNearer(id: Id, than: Id): boolean {
    return compareDistance(id, than, this.#target) < 0
  }

  #insert(candidate: Candidate<C>): void {
    for (const list of [this.#order, this.#all]) {
      list.splice(this.#placeIn(list, candidate.id), 0, candidate)
    }
    if (candidate.address !== undefined) this.#byAddress.set(candidate.address, candidate)
  }

  #forget(candidate: Candidate<C>): void {
    for (const list of [this.#order, this.#all]) {
      list.splice(this.#placeIn(list, candidate.id), 1)
    }
    if (candidate.address !== undefined) this.#byAddress.delete(candidate.address)
    this.#fresh -= 1
  }

  // Ids have distinct distances, so the place of an id is exact whether it is in the list or not.
  #placeIn(list: readonly Candidate<C>[], id: Id): number {
    let low = 0
    let high = list.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#isNearer(list[middle]!.id, id)) low = middle + 1
      else high = middle
    }
    return low
  }
}
