// The candidates of one lookup that have not failed, nearest to the target first, and the memory of
// every id and address that has been dealt with.
//
// True in here: no id and no address has two candidates; our own id and addresses have none; not
// more than `capacity` candidates are fresh, and it is the farthest fresh one that gives way. One
// that was ever asked is never forgotten, so nobody is asked twice.
// Not known here: when to ask, how many at a time, when the lookup ends.
import { compareDistance, type Id, type Identified, idKey } from '@dht/id'
import { CANDIDATE_MOVES, type Candidate, type CandidateMove, newCandidate } from './candidate.ts'

export interface ShortlistInit<C> {
  readonly target: Id
  readonly self: Id
  readonly selfAddresses: readonly string[]
  readonly capacity: number
  readonly addressOf: ((contact: C) => string) | undefined
}

export class Shortlist<C extends Identified> {
  readonly #target: Id
  readonly #selfKey: string
  readonly #selfAddresses: ReadonlySet<string>
  readonly #capacity: number
  readonly #addressOf: ((contact: C) => string) | undefined
  readonly #order: Candidate<C>[] = []
  readonly #byKey = new Map<string, Candidate<C>>()
  readonly #byAddress = new Map<string, Candidate<C>>()
  #fresh = 0

  constructor(init: ShortlistInit<C>) {
    this.#target = init.target
    this.#selfKey = idKey(init.self)
    this.#selfAddresses = new Set(init.selfAddresses)
    this.#capacity = init.capacity
    this.#addressOf = init.addressOf
  }

  /** Candidates that have not failed, nearest first. */
  get order(): readonly Candidate<C>[] {
    return this.#order
  }

  /** Every candidate remembered, failed ones included, in no order. */
  all(): IterableIterator<Candidate<C>> {
    return this.#byKey.values()
  }

  get(id: Id): Candidate<C> | undefined {
    return this.#byKey.get(idKey(id))
  }

  /** Hearsay: somebody named this contact. It becomes a fresh candidate if there is room. */
  offer(contact: C, hop: number): void {
    const key = this.#admit(contact)
    if (key === undefined) return
    const address = this.#addressOf?.(contact)
    const rival = address === undefined ? undefined : this.#rivalAt(address)
    if (rival === 'taken') return
    const loser = rival ?? this.#farthestFreshWhenFull()
    if (loser !== undefined) {
      if (!this.#isNearer(contact, loser)) return
      this.#forget(loser)
    }
    this.#insert(newCandidate({ contact, key, address, hop, state: 'fresh' }))
    this.#fresh += 1
  }

  /**
   * Evidence: this contact answered a question that was put to another id at its address.
   *
   * @returns the new candidate, or undefined when the id is our own, of another width, or already
   * has a candidate, which then is asked in its own right: nobody displaces a candidate by
   * borrowing its name
   */
  enter(contact: C, hop: number): Candidate<C> | undefined {
    const key = this.#admit(contact)
    if (key === undefined) return undefined
    const candidate = newCandidate({ contact, key, address: undefined, hop, state: 'replied' })
    this.#insert(candidate)
    return candidate
  }

  /** Moves a candidate if the table of moves allows it. */
  move(candidate: Candidate<C>, move: CandidateMove): boolean {
    const next = CANDIDATE_MOVES[candidate.state][move]
    if (next === undefined) return false
    if (candidate.state === 'fresh') this.#fresh -= 1
    candidate.state = next
    if (next === 'failed') this.#order.splice(this.#positionOf(candidate.contact.id), 1)
    return true
  }

  /** Forgets every fresh candidate. */
  dropFresh(): void {
    for (const candidate of this.#order.filter(({ state }) => state === 'fresh')) {
      this.#forget(candidate)
    }
  }

  #admit({ id }: C): string | undefined {
    if (id.length !== this.#target.length) return undefined
    const key = idKey(id)
    return key === this.#selfKey || this.#byKey.has(key) ? undefined : key
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

  #isNearer(contact: C, than: Candidate<C>): boolean {
    return compareDistance(contact.id, than.contact.id, this.#target) < 0
  }

  #insert(candidate: Candidate<C>): void {
    this.#order.splice(this.#positionOf(candidate.contact.id), 0, candidate)
    this.#byKey.set(candidate.key, candidate)
    if (candidate.address !== undefined) this.#byAddress.set(candidate.address, candidate)
  }

  #forget(candidate: Candidate<C>): void {
    this.#order.splice(this.#positionOf(candidate.contact.id), 1)
    this.#byKey.delete(candidate.key)
    if (candidate.address !== undefined) this.#byAddress.delete(candidate.address)
    this.#fresh -= 1
  }

  // Ids have distinct distances, so the place of an id is exact whether it is in the list or not.
  #positionOf(id: Id): number {
    let low = 0
    let high = this.#order.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareDistance(this.#order[middle]!.contact.id, id, this.#target) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
