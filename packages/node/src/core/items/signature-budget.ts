// How many signatures of others are checked: so many in a second, and of these a share for each
// host, so that a few hosts with wrong signatures leave enough for all others.

import type { Endpoint } from '@dht/krpc'
import type { CoreConfig } from '../config/core-options.ts'
import { SourceCounts } from '../queries/source-counts.ts'
import { TokenBucket } from '../queries/token-bucket.ts'

/** Hosts that together use up the budget: ours, many more than a publisher has. */
export const HOSTS_PER_BUDGET = 20

export class SignatureBudget {
  readonly #all: TokenBucket
  readonly #ofHosts: SourceCounts

  constructor(config: CoreConfig) {
    const { signatureChecksPerSecond: perSecond, sourceWindowMs: windowMs, maxSources } = config
    this.#all = new TokenBucket({ perSecond, burst: Math.max(1, perSecond) })
    const perWindow = Math.max(1, Math.ceil((perSecond * windowMs) / 1_000 / HOSTS_PER_BUDGET))
    this.#ofHosts = new SourceCounts({ perWindow, windowMs, maxSources })
  }

  /** Whether a signature from this host may be checked now, which counts as done. */
  take(from: Endpoint, now: number): boolean {
    return this.#ofHosts.take(from, now) && this.#all.take(1, now)
  }
}
