// A world of one-byte targets and numbered peers, and the simple truth that the store is held to:
// a list of entries, searched from end to end.

import { type Id, idFromBytes, idToHex } from '@dht/id'
import { seededRandom } from '@dht/testing'
import {
  type PeerEntry,
  type PeerOwner,
  PeerStore,
  type PeerStoreConfig,
  type PeerStoreOptions,
  type PutOutcome,
  type RefusalReason,
  type RoomQuery,
} from '../../src/index.ts'

export const HOUR_MS = 3_600_000

export function targetOf(value: number): Id {
  return idFromBytes(Uint8Array.of(value))
}

/** A peer of 6 or 18 bytes that carries `number` in its address. */
export function peerOf(number: number, size = 6, port = 0xeeee): Uint8Array {
  const peer = new Uint8Array(size).fill(0xee)
  const view = new DataView(peer.buffer)
  view.setUint32(0, number)
  view.setUint16(size - 2, port)
  return peer
}

export function addressOf(peer: Uint8Array): Uint8Array {
  return peer.slice(0, peer.length - 2)
}

export function hexOf(peer: Uint8Array): string {
  return idToHex(idFromBytes(peer))
}

export const target: Id = targetOf(1)
export const storeOf = (options: PeerStoreOptions = {}): PeerStore =>
  new PeerStore(seededRandom(1), options)

/** Puts peer `number` under a target as the publisher of that number. */
export function put(store: PeerStore, number: number, now: number, at: Id = target): PutOutcome {
  return store.put({ target: at, publisher: `node ${number}`, peer: peerOf(number) }, now)
}

/** Whether there is room for peer `number` of the publisher of that number. */
export function hasRoom(store: PeerStore, number: number, now: number, at: Id = target): boolean {
  const address = addressOf(peerOf(number))
  return store.hasRoom({ target: at, publisher: `node ${number}`, address }, now)
}

/** What `peerOf` was told, of each. */
export const numbers = (peers: readonly Uint8Array[]): number[] =>
  peers.map((peer) => new DataView(peer.buffer, peer.byteOffset).getUint32(0))

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

  get lifetimeMs(): number {
    return this.#config.lifetimeMs
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

  /** What is asked for is judged as if the entry that it would replace were not there. */
  refusal(query: RoomQuery, now: number): PutOutcome | undefined {
    const others = this.live(now).filter((other) => !isOwnedBy(other, query))
    const targets = new Set(others.map((other) => hexOf(other.target)))
    const atKey = others.filter((other) => hexOf(other.target) === hexOf(query.target))
    const atAddress = others.filter(
      (other) => hexOf(addressOf(other.peer)) === hexOf(query.address),
    )
    const { maxPeers, maxKeys, maxPeersPerKey, maxPeersPerSource } = this.#config
    const { maxPeersPerSourceAndKey } = this.#config
    const refused = (reason: RefusalReason) => ({ kind: 'refused', reason }) as const
    if (others.length >= maxPeers) return refused('maxPeers')
    if (atKey.length === 0 && targets.size >= maxKeys) return refused('maxKeys')
    if (atKey.length >= maxPeersPerKey) return refused('maxPeersPerKey')
    if (atAddress.length >= maxPeersPerSource) return refused('maxPeersPerSource')
    const atBoth = atAddress.filter((other) => atKey.includes(other))
    if (atBoth.length >= maxPeersPerSourceAndKey) return refused('maxPeersPerSourceAndKey')
    return undefined
  }

  #outcome(entry: PeerEntry, own: Truth | undefined, now: number): PutOutcome {
    if (own !== undefined && hexOf(own.peer) === hexOf(entry.peer)) return { kind: 'renewed' }
    const refusal = this.refusal({ ...entry, address: addressOf(entry.peer) }, now)
    if (refusal !== undefined) return refusal
    return own === undefined ? { kind: 'added' } : { kind: 'replaced', previous: own.peer }
  }
}

function isOwnedBy(entry: PeerOwner, owner: PeerOwner): boolean {
  return hexOf(entry.target) === hexOf(owner.target) && entry.publisher === owner.publisher
}
