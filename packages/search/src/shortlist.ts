// The candidates of one lookup that have not failed, nearest to the target first, and the memory of
// every id and address that has been dealt with.
//
// True in here: no id and no address has two candidates; our own id and addresses have none; not
// more than `capacity` candidates are fresh, and it is the farthest fresh one that gives way. One
// that was ever asked is never forgotten, so nobody is asked twice.
// Not known here: when to ask, how many at a time, when the lookup ends.
import { compareDistance, distanceHead, hasId, type Id, type Identified } from '@dht/id'
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
  readonly #order: Candidate<C>[] = []
  /** Failed ones included, nearest first too: to find one in it is faster than to make a key. */
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

  /** The candidate that has the id of `contact`. */
  get(contact: C): Candidate<C> | undefined {
    const distance = distanceHead(contact, this.#target)
    return distance === undefined ? undefined : this.#find(contact, distance)
  }

  /** Hearsay: somebody named this contact. It becomes a fresh candidate if there is room. */
  offer(contact: C, hop: number): void {
    const distance = distanceHead(contact, this.#target)
    if (distance === undefined || !this.#isNews(contact, distance)) return
    const address = this.#addressOf?.(contact)
    const rival = address === undefined ? undefined : this.#rivalAt(address)
    if (rival === 'taken') return
    const candidate = new Candidate({ contact, distance, address, hop, state: 'fresh' })
    const loser = rival ?? this.#farthestFreshWhenFull()
    if (loser !== undefined) {
      if (this.#isNearer(loser, candidate)) return
      this.#forget(loser)
    }
    this.#insert(candidate)
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
    const distance = distanceHead(contact, this.#target)
    if (distance === undefined || !this.#isNews(contact, distance)) return undefined
    const address = undefined
    const candidate = new Candidate({ contact, distance, address, hop, state: 'replied' })
    this.#insert(candidate)
    return candidate
  }

  /** Moves a candidate if the table of moves allows it. */
  move(candidate: Candidate<C>, move: CandidateMove): boolean {
    const next = CANDIDATE_MOVES[candidate.state][move]
    if (next === undefined) return false
    if (candidate.state === 'fresh') this.#fresh -= 1
    candidate.state = next
    if (next === 'failed') takeOut(candidate, this.#order)
    return true
  }

  /** Forgets every fresh candidate. */
  dropFresh(): void {
    for (const candidate of this.#order.filter(({ state }) => state === 'fresh')) {
      this.#forget(candidate)
    }
  }

  #isNews(contact: C, distance: number): boolean {
    return !hasId(contact, this.#self) && this.#find(contact, distance) === undefined
  }

  // Where the heads are the same the ids are, nearly always.
  #find(contact: C, distance: number): Candidate<C> | undefined {
    for (let at = placeOf(distance, this.#all); ; at++) {
      const candidate = this.#all[at]
      if (candidate?.distance !== distance) return undefined
      if (candidate.contact === contact || hasId(contact, candidate.id)) return candidate
    }
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

  #insert(candidate: Candidate<C>): void {
    for (const list of [this.#order, this.#all]) {
      let place = placeOf(candidate.distance, list)
      while (place < list.length && this.#isNearer(list[place]!, candidate)) place++
      insert(candidate, list, place)
    }
    if (candidate.address !== undefined) this.#byAddress.set(candidate.address, candidate)
  }

  #forget(candidate: Candidate<C>): void {
    for (const list of [this.#order, this.#all]) takeOut(candidate, list)
    if (candidate.address !== undefined) this.#byAddress.delete(candidate.address)
    this.#fresh -= 1
  }

  #isNearer(a: Candidate<C>, b: Candidate<C>): boolean {
    if (a.distance !== b.distance) return a.distance < b.distance
    return compareDistance(a.id, b.id, this.#target) < 0
  }
}

/** How many candidates of `list` are nearer, by the heads of the distances alone. */
function placeOf<C extends Identified>(distance: number, list: readonly Candidate<C>[]): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (list[middle]!.distance < distance) low = middle + 1
    else high = middle
  }
  return low
}

/** Not `splice`, which makes a list of what it takes out, be it nothing. */
function insert<T>(item: T, list: T[], place: number): void {
  list.push(item)
  for (let at = list.length - 1; at > place; at--) list[at] = list[at - 1]!
  list[place] = item
}

function takeOut<C extends Identified>(candidate: Candidate<C>, list: Candidate<C>[]): void {
  list.splice(list.indexOf(candidate), 1)
}
