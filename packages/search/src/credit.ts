// How far the reports of one responder are to be believed, from what became of the contacts that it
// reported. An honest node reports dead contacts now and then; a liar reports hardly anything else.

/** A reporter is believed while at most this many more of its contacts failed than responded. */
const MOST_MISSES = 1

export class Credit {
  #hits = 0
  #misses = 0
  readonly #reported: number

  /** @param reported - how many contacts it reported */
  constructor(reported: number) {
    this.#reported = reported
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
  redeem(): void {
    this.#misses -= 1
    this.#hits += 1
  }

  /** Whether it reported contacts, and none of them is known to be true. */
  get isUnproven(): boolean {
    return this.#reported > 0 && this.#hits === 0
  }

  get isLost(): boolean {
    return this.#misses > this.#hits + MOST_MISSES
  }
}
