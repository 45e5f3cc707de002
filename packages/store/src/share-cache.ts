// Keeps how the peers of a few large targets are shared out, because computing that takes twenty
// times as long as a sample, and most queries are about a few targets. Its owner says when the
// peers of a target change.

import type { PeerKind } from './compact-peer.ts'
import type { PeerShares } from './peer-shares.ts'

/** Targets. Ours: at most 3 MB with 500 peers each. */
const MAX_TARGETS = 16

export class ShareCache {
  /** By key and then by kinds; the key used longest ago first. */
  readonly #byKey = new Map<number, Map<number, PeerShares>>()

  /** The shares of a target's peers of these kinds; `make` is called where they are not known. */
  get(key: number, kinds: readonly PeerKind[], make: () => PeerShares): PeerShares {
    const byKinds = this.#byKey.get(key) ?? new Map<number, PeerShares>()
    this.#byKey.delete(key)
    this.#byKey.set(key, byKinds)
    for (const oldest of this.#byKey.keys()) {
      if (this.#byKey.size <= MAX_TARGETS) break
      this.#byKey.delete(oldest)
    }
    const set = kinds.reduce<number>((bits, kind) => bits | (1 << kind), 0)
    const shares = byKinds.get(set) ?? make()
    byKinds.set(set, shares)
    return shares
  }

  /** A peer of this target has joined, left or become one of another kind. */
  changed(key: number): void {
    this.#byKey.delete(key)
  }
}
