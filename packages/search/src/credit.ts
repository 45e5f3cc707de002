// Whether the reports of one responder are believed, from what became of the contacts that it
// reported. An honest node reports few dead contacts; a liar reports hardly any that respond.

/** A reporter is believed while at most this many more contacts failed than responded: ours. */
const MAX_EXCESS_MISSES = 1

export class Credit {
  #hits = 0
  #misses = 0
  readonly #reported: number
  readonly #isDoubted: boolean

  /**
   * @param reported - how many contacts it reported
   * @param isDoubted - whether it is never believed
   */
  constructor(reported: number, isDoubted = false) {
    this.#reported = reported
    this.#isDoubted = isDoubted
  }

  /** A contact that it reported has responded. */
  hit(): void {
    this.#hits += 1
  }

  /** A contact that it reported has stalled or failed, or its id responded elsewhere. */
  missed(): void {
    this.#misses += 1
  }

  /** A contact that had stalled has responded after all. */
  hitAfterMiss(): void {
    this.#misses -= 1
    this.#hits += 1
  }

  /** Whether it reported contacts, and none of them has responded. */
  get isUnproven(): boolean {
    return this.#reported > 0 && this.#hits === 0
  }

  /** Whether it is not believed: too many of the contacts that it reported have failed. */
  get isDiscredited(): boolean {
    return this.#isDoubted || this.#misses > this.#hits + MAX_EXCESS_MISSES
  }
}
