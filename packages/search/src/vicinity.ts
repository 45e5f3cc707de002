// The candidates nearest to the target: those that a lookup waits for, and which one it queries
// next. These are the k nearest that have not failed, and more if more are in the region around the
// target. Discredited ones do not count.

import type { Identified } from '@dht/id'
import type { Candidate } from './candidate.ts'
import type { Shortlist } from './shortlist.ts'

/** Of the contacts in the region, at most this many times k are waited for: ours. */
const REGION_FACTOR = 2

export class Vicinity<C extends Identified> {
  readonly #shortlist: Shortlist<C>
  readonly #k: number
  /** The first 32 bits of the distance at which the region ends, as a signed number. */
  readonly #regionHead: number
  #needsProof = false

  constructor(init: {
    readonly shortlist: Shortlist<C>
    readonly k: number
    readonly regionHead: number
  }) {
    this.#shortlist = init.shortlist
    this.#k = init.k
    this.#regionHead = init.regionHead
  }

  /** How many of the nearest the lookup waits for. */
  get reach(): number {
    const { notFailed } = this.#shortlist
    const most = Math.min(REGION_FACTOR * this.#k, notFailed.length)
    let reach = this.#k
    while (reach < most && notFailed[reach]!.distance < this.#regionHead) reach += 1
    return reach
  }

  /** The nearest that the lookup waits for, and the discredited ones between them. */
  nearest(): readonly Candidate<C>[] {
    const { notFailed } = this.#shortlist
    let places = this.reach
    const end = notFailed.findIndex((candidate) => {
      if (places === 0) return true
      if (!candidate.isDiscredited(this.#needsProof)) places -= 1
      return false
    })
    return end < 0 ? notFailed : notFailed.slice(0, end)
  }

  /** Whether all of the nearest have responded. */
  get isSettled(): boolean {
    return this.nearest().every(({ state }) => state === 'responded')
  }

  /** From now on, a candidate counts only if one of those that it reported has responded. */
  requireProof(): void {
    this.#needsProof = true
  }

  /** Whether all of the nearest have responded or stalled, and none has another contact. */
  get hasStalledOnly(): boolean {
    return this.nearest().every((candidate) => {
      const { state } = candidate
      return (
        state === 'responded' || (state === 'stalled' && !this.#shortlist.hasAlternate(candidate))
      )
    })
  }

  /** How many of the nearest were queried and have not responded yet. */
  get pending(): number {
    return this.nearest().filter(({ state }) => state === 'queried' || state === 'stalled').length
  }

  /** The k nearest that have responded. */
  results(): Candidate<C>[] {
    const all = this.#shortlist.notFailed.filter(({ state }) => state === 'responded')
    return all.slice(0, this.#k)
  }

  /**
   * The nearest contact to query among the nearest that have neither failed nor stalled. Stalled
   * ones are skipped, so that the next contacts have responded by the time a dead one expires.
   * Contacts that no believed node has reported are queried only when no other query is open.
   *
   * @param isAnyOpen - whether a query is open that has not stalled
   */
  next(isAnyOpen: boolean): Candidate<C> | undefined {
    let places = this.reach
    let doubtful: Candidate<C> | undefined
    for (const candidate of this.#shortlist.notFailed) {
      const { state } = candidate
      if (state === 'fresh' && this.isCredible(candidate)) return candidate
      if (state === 'fresh') doubtful ??= candidate
      else if (state === 'stalled') {
        if (this.#shortlist.hasAlternate(candidate)) return candidate
      } else if (!candidate.isDiscredited(this.#needsProof)) places -= 1
      if (places === 0) break
    }
    return isAnyOpen ? undefined : doubtful
  }

  /** Whether a believed node has reported it, or we know it, or another contact of it is left. */
  isCredible(candidate: Candidate<C>): boolean {
    return candidate.reported.weight > 0 || this.#shortlist.hasAlternate(candidate)
  }
}
