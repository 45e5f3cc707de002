// A world of one-byte targets and numbered peers, and the simple truth that the store is held to:
// a list of entries, searched from end to end.

import { type Id, idFromBytes, idToHex } from '@dht/id'
import type { PeerEntry, PeerOwner, PeerStoreConfig, PutOutcome } from '../../src/index.ts'

export const HOUR_MS = 3_600_000

export function targetOf(value: number): Id {
  return idFromBytes(Uint8Array.of(value))
}

/** A peer of 6 or 18 bytes that carries `number` in its first bytes. */
export function peerOf(number: number, size = 6): Uint8Array {
  const peer = new Uint8Array(size).fill(0xee)
  new DataView(peer.buffer).setUint32(0, number)
  return peer
}

export function hexOf(peer: Uint8Array): string {
  return idToHex(idFromBytes(peer))
}

export interface Truth extends PeerEntry {
  readonly stampedAt: number
}

/** The peer store as a naive list. Every question is answered by looking at everything. */
export class NaiveStore {
  readonly #config: PeerStoreConfig
  #entries: Truth[] = []
  #latest = Number.NEGATIVE_INFINITY

  constructor(config: PeerStoreConfig) {
    this.#config = config
  }

  /** Live entries, oldest stamp first, in order of their latest put. */
  live(now: number): readonly Truth[] {
    this.#latest = Math.max(this.#latest, now)
    const isLive = ({ stampedAt }: Truth) => this.#latest - stampedAt <= this.#config.lifetimeMs
    return this.#entries.filter(isLive)
  }

  put(entry: PeerEntry, now: number): PutOutcome {
    const live = this.live(now)
    const own = live.find((other) => isOwnedBy(other, entry))
    const outcome = this.#outcome(entry, own, now)
    if (outcome.kind !== 'refused') {
      this.#entries = live.filter((other) => other !== own)
      this.#entries.push({ ...entry, peer: entry.peer.slice(), stampedAt: this.#latest })
    }
    return outcome
  }

  refusal(owner: PeerOwner, now: number): PutOutcome | undefined {
    const live = this.live(now)
    const count = (by: (other: Truth) => unknown): number => new Set(live.map(by)).size
    const atKey = live.filter((other) => hexOf(other.target) === hexOf(owner.target))
    const bySource = live.filter((other) => other.source === owner.source)
    const { maxPeers, maxKeys, maxPeersPerKey, maxPeersPerSource } = this.#config
    const refused = (reason: 'maxPeers' | 'maxKeys' | 'maxPeersPerKey' | 'maxPeersPerSource') =>
      ({ kind: 'refused', reason }) as const
    if (live.some((other) => isOwnedBy(other, owner))) return undefined
    if (live.length >= maxPeers) return refused('maxPeers')
    const keys = count((other) => hexOf(other.target))
    if (atKey.length === 0 && keys >= maxKeys) return refused('maxKeys')
    if (atKey.length >= maxPeersPerKey) return refused('maxPeersPerKey')
    if (bySource.length >= maxPeersPerSource) return refused('maxPeersPerSource')
    return undefined
  }

  #outcome(entry: PeerEntry, own: Truth | undefined, now: number): PutOutcome {
    if (own === undefined) return this.refusal(entry, now) ?? { kind: 'added' }
    if (hexOf(own.peer) === hexOf(entry.peer)) return { kind: 'renewed' }
    return { kind: 'replaced', previous: own.peer }
  }
}

function isOwnedBy(entry: PeerOwner, owner: PeerOwner): boolean {
  return hexOf(entry.target) === hexOf(owner.target) && entry.source === owner.source
}
