// The sample of the stored targets that a node hands out (BEP 51). A full sample stays the same
// until its interval is over, so that asking often teaches nothing. A sample that is not full is
// made anew: otherwise a new node would hide what it stores until the interval is over.

import { MAX_SAMPLE_INTERVAL } from '@dht/krpc'
import type { PeerStore } from '@dht/store'

/**
 * Most targets in a sample: as libtorrent. With 8 contacts they fit every reply, in IPv6 too.
 */
export const MAX_SAMPLES = 20

export interface Sample {
  /** Time from one sample to the next, whole seconds, 0 to 21600. */
  readonly interval: number
  /** Targets that are stored now. */
  readonly stored: number
  readonly targets: readonly Uint8Array[]
}

export class TargetSample {
  readonly #store: PeerStore
  readonly #interval: number
  #targets: readonly Uint8Array[] = []
  #endsAt = Number.NEGATIVE_INFINITY

  /**
   * @param lifetimeMs - of a stored peer. A sample lasts as long, so that it is never older than
   *   what is stored can be, and at most 6 h (BEP 51)
   */
  constructor(store: PeerStore, lifetimeMs: number) {
    this.#store = store
    this.#interval = Math.min(Math.floor(lifetimeMs / 1_000), MAX_SAMPLE_INTERVAL)
  }

  at(now: number): Sample {
    const isFull = Math.min(this.#targets.length, this.#store.keys) >= MAX_SAMPLES
    if (now >= this.#endsAt || !isFull) {
      this.#targets = this.#store.sampleTargets(MAX_SAMPLES, now)
      this.#endsAt = now + this.#interval * 1_000
    }
    return { interval: this.#interval, stored: this.#store.keys, targets: this.#targets }
  }
}
