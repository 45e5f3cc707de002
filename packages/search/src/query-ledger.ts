// Which queries of a lookup are open, and what became of the others. A query that stalls frees its
// slot but stays open. A candidate may have several open queries, to contacts with its id; at most
// one of them has not stalled.

import type { Identified } from '@dht/id'
import type { Candidate } from './candidate.ts'
import type { Shortlist } from './shortlist.ts'
import type { Tally } from './tally.ts'

export class QueryLedger<C extends Identified> {
  readonly #shortlist: Shortlist<C>
  readonly #counts = { queried: 0, responded: 0, stalled: 0, failed: 0 }
  /** Open queries that have not stalled. */
  #usedSlots = 0

  constructor(shortlist: Shortlist<C>) {
    this.#shortlist = shortlist
  }

  get usedSlots(): number {
    return this.#usedSlots
  }

  get counts(): Readonly<Omit<Tally, 'hops'>> {
    return this.#counts
  }

  /** The candidate to which the query to `asked` is open. */
  find(asked: C): Candidate<C> | undefined {
    const known = this.#shortlist.byContact(asked)
    const candidate = known ?? this.#shortlist.get(asked.id)
    if (candidate?.state !== 'queried' && candidate?.state !== 'stalled') return undefined
    if (known === undefined || candidate.contact === asked) return candidate
    return candidate.overdueOf(asked) === undefined ? undefined : candidate
  }

  /** A query is sent to a candidate: to its best contact, or to another one if one has stalled. */
  query(candidate: Candidate<C>): void {
    if (candidate.state === 'stalled') this.#turnToAlternate(candidate)
    else this.#shortlist.chooseContact(candidate)
    this.#shortlist.move(candidate, 'query')
    candidate.tried += 1
    this.#usedSlots += 1
    this.#counts.queried += 1
  }

  /** Responses to the other open queries of the candidate are not used any more. */
  respond(candidate: Candidate<C>, asked: C): void {
    const overdue = candidate.overdueOf(asked)
    if (candidate.state === 'queried') this.#usedSlots -= 1
    if (overdue !== undefined || candidate.state === 'stalled') {
      candidate.reported = overdue ?? candidate.reported
      candidate.reported.hitAfterMiss()
    } else candidate.reported.hit()
    for (const other of candidate.alternates) other.missed()
    this.#counts.failed += candidate.overdue.length
    candidate.overdue = []
    this.#shortlist.move(candidate, 'respond')
    this.#counts.responded += 1
  }

  /** The response is overdue. @returns false: it was before, and nothing happens */
  stall(candidate: Candidate<C>, asked: C): boolean {
    if (candidate.overdueOf(asked) !== undefined) return false
    if (!this.#shortlist.move(candidate, 'stall')) return false
    candidate.reported.missed()
    this.#usedSlots -= 1
    this.#counts.stalled += 1
    return true
  }

  fail(candidate: Candidate<C>, asked: C): void {
    this.#counts.failed += 1
    const overdue = candidate.overdueOf(asked)
    if (overdue !== undefined) {
      candidate.overdue = candidate.overdue.filter((each) => each !== overdue)
      return
    }
    if (candidate.state === 'queried') {
      this.#usedSlots -= 1
      candidate.reported.missed()
    }
    const latest = candidate.overdue.at(-1)
    if (latest !== undefined) {
      candidate.reported = latest
      candidate.overdue = candidate.overdue.slice(0, -1)
      this.#shortlist.move(candidate, 'stall')
    } else if (this.#shortlist.takeAlternate(candidate)) this.#shortlist.move(candidate, 'retry')
    else this.#shortlist.move(candidate, 'fail')
  }

  /** Chooses the candidate's next contact. The query to the stalled one stays open. */
  #turnToAlternate(candidate: Candidate<C>): void {
    candidate.overdue = [...candidate.overdue, candidate.reported]
    this.#shortlist.takeAlternate(candidate)
  }
}
