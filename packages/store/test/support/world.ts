// A world of one-byte targets and numbered peers, and the model of the store: a list of peers that
// is searched linearly.

import { type Id, idFromBytes, idToHex, isLocalAddress } from '@dht/id'
import { seededRandom } from '@dht/testing'
import {
  PeerStore,
  type PeerStoreConfig,
  type PeerStoreOptions,
  type PutOutcome,
  type RefusalReason,
  type RoomQuery,
  type StoredPeer,
  type Withdrawal,
} from '../../src/index.ts'

export const HOUR_MS = 3_600_000

export function targetOf(value: number): Id {
  return idFromBytes(Uint8Array.of(value))
}

/** A peer of 6 or 18 bytes that contains `number` in its address. */
export function peerOf(number: number, size = 6, port = 0xeeee): Uint8Array {
  const peer = new Uint8Array(size).fill(0xee)
  const view = new DataView(peer.buffer)
  view.setUint32(0, number)
  view.setUint16(size - 2, port)
  return peer
}

/** A peer at another address of the same source: of the same IPv6 /64. */
export function neighbourOf(peer: Uint8Array): Uint8Array {
  return Uint8Array.from(peer, (byte, at) => (at === 8 ? byte ^ 1 : byte))
}

export function addressOf(peer: Uint8Array): Uint8Array {
  return peer.slice(0, peer.length - 2)
}

/** The source of a peer or of its address: an IPv4 address or an IPv6 /64. */
export function sourceOf(bytes: Uint8Array): Uint8Array {
  return bytes.slice(0, bytes.length < 16 ? 4 : 8)
}

export function hexOf(peer: Uint8Array): string {
  return idToHex(idFromBytes(peer))
}

export const target: Id = targetOf(1)
export const storeOf = (options: PeerStoreOptions = {}): PeerStore =>
  new PeerStore(seededRandom(1), options)

/** Puts peer `number` under a target, from port 1. */
export function put(store: PeerStore, number: number, now: number, at: Id = target): PutOutcome {
  return store.put({ target: at, peer: peerOf(number), sourcePort: 1 }, now)
}

/** The bound that leaves no room for a new peer at the address of peer `number`. */
export function boundReached(
  store: PeerStore,
  number: number,
  now: number,
  at: Id = target,
): RefusalReason | undefined {
  return store.boundReached({ target: at, address: addressOf(peerOf(number)) }, now)
}

/** The subnet of a peer: an IPv4 /24 or an IPv6 /48. Undefined: the address is local. */
export function subnetOf(peer: Uint8Array): string | undefined {
  const address = peer.slice(0, peer.length < 16 ? 4 : 16)
  return isLocalAddress(address) ? undefined : hexOf(address.slice(0, address.length < 16 ? 3 : 6))
}

/** Whose share of a target a peer, or an address, counts to: its subnet, or a local source. */
export function shareOf(bytes: Uint8Array): string {
  const size = bytes.length < 16 ? 'IPv4' : 'IPv6'
  return `${size} ${subnetOf(bytes) ?? `local ${hexOf(sourceOf(bytes))}`}`
}

/** The arguments from which `peerOf` made each peer. */
export const numbers = (peers: readonly Uint8Array[]): number[] =>
  peers.map((peer) => new DataView(peer.buffer, peer.byteOffset).getUint32(0))

export interface Truth extends StoredPeer {
  readonly seed: boolean
  readonly stampedAt: number
  /** When another port than the last one last put it; -Infinity: none did. */
  readonly othersAt: number
}

/** The peer store as a list. Every result is computed by looking at all peers. */
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

  /** Live peers, oldest stamp first, in order of their latest put. */
  live(now: number): readonly Truth[] {
    this.#latest = Math.max(this.#latest, now)
    const isLive = ({ stampedAt }: Truth) => this.#latest - stampedAt <= this.#config.lifetimeMs
    return this.#entries.filter(isLive)
  }

  put(entry: StoredPeer, now: number): PutOutcome {
    const live = this.live(now)
    const held = live.find((other) => isSame(other, entry))
    const query = { ...entry, address: addressOf(entry.peer) }
    const reason = held === undefined ? this.#full(query, live) : undefined
    if (reason !== undefined) return { kind: 'refused', reason }
    const displaced = held === undefined ? this.givingWay(query, live) : undefined
    this.#entries = live.filter((other) => other !== held && other !== displaced)
    this.#entries.push({
      target: entry.target,
      peer: entry.peer.slice(),
      stampedAt: this.#latest,
      sourcePort: entry.sourcePort,
      seed: entry.seed ?? false,
      othersAt: othersAtAfter(entry, held),
    })
    return { kind: held === undefined ? 'added' : 'renewed' }
  }

  /**
   * The peer that a new peer takes the place of: at a full target, of the subnet that has most
   * there, of its source that has most, the one renewed longest ago; among these the lesser one.
   * Undefined: the target is not full, or no subnet has two more than the new one's.
   */
  givingWay({ target, address }: RoomQuery, live: readonly Truth[]): Truth | undefined {
    const atKey = live.filter((other) => hexOf(other.target) === hexOf(target))
    if (atKey.length < this.#config.maxPeersPerKey) return undefined
    const countLike = (bytes: Uint8Array, by: (bytes: Uint8Array) => string) =>
      atKey.filter(({ peer }) => by(peer) === by(bytes)).length
    const rankOf = ({ peer }: Truth) => [
      countLike(peer, shareOf),
      countLike(peer, (bytes) => shareOf(bytes) + hexOf(sourceOf(bytes))),
    ]
    const [first] = atKey.toSorted((a, b) => {
      const [[aSubnet, aSource], [bSubnet, bSource]] = [rankOf(a), rankOf(b)]
      const byAge = a.stampedAt - b.stampedAt
      const byBytes = a.peer.length - b.peer.length || (hexOf(a.peer) < hexOf(b.peer) ? -1 : 1)
      return bSubnet! - aSubnet! || bSource! - aSource! || byAge || byBytes
    })
    const isAbove = first !== undefined && rankOf(first)[0]! >= countLike(address, shareOf) + 2
    return isAbove ? first : undefined
  }

  boundReached(query: RoomQuery, now: number): RefusalReason | undefined {
    const live = this.live(now)
    return live.some((entry) => isAt(entry, query)) ? undefined : this.#full(query, live)
  }

  withdraw(sender: Withdrawal, now: number): number {
    const live = this.live(now)
    const isShared = (entry: Truth) => this.#latest - entry.othersAt <= this.#config.lifetimeMs
    this.#entries = live.filter(
      (entry) => !isAt(entry, sender) || entry.sourcePort !== sender.sourcePort || isShared(entry),
    )
    return live.length - this.#entries.length
  }

  #full(query: RoomQuery, live: readonly Truth[]): RefusalReason | undefined {
    const targets = new Set(live.map((other) => hexOf(other.target)))
    const atKey = live.filter((other) => hexOf(other.target) === hexOf(query.target))
    const source = hexOf(sourceOf(query.address))
    const ofSource = live.filter((other) => hexOf(sourceOf(other.peer)) === source)
    const { maxPeers, maxKeys, maxPeersPerKey, maxPeersPerSource } = this.#config
    if (live.length >= maxPeers) return 'maxPeers'
    if (atKey.length === 0 && targets.size >= maxKeys) return 'maxKeys'
    const isFull = atKey.length >= maxPeersPerKey
    if (isFull && this.givingWay(query, live) === undefined) return 'maxPeersPerKey'
    if (this.#hasItsShare(query, live)) return 'subnetShare'
    if (ofSource.length >= maxPeersPerSource) return 'maxPeersPerSource'
    const atBoth = ofSource.filter((other) => atKey.includes(other))
    if (atBoth.length >= this.#config.maxPeersPerSourceAndKey) return 'maxPeersPerSourceAndKey'
    return undefined
  }

  #hasItsShare({ target, address }: RoomQuery, live: readonly Truth[]): boolean {
    const { maxPeers, maxKeys, subnetShare } = this.#config
    const subnet = subnetOf(address)
    if (subnet === undefined) return false
    const held = live.filter(({ peer }) => subnetOf(peer) === subnet).length
    if (held >= subnetShare * (maxPeers - live.length + held)) return true
    const targets = new Set(live.map((other) => hexOf(other.target)))
    if (targets.has(hexOf(target))) return false
    const heldKeys = Math.min(held, targets.size)
    return heldKeys >= subnetShare * (maxKeys - targets.size + heldKeys)
  }
}

const isSame = (one: StoredPeer, other: StoredPeer): boolean =>
  hexOf(one.target) === hexOf(other.target) && hexOf(one.peer) === hexOf(other.peer)

const isAt = ({ target, peer }: StoredPeer, place: RoomQuery): boolean =>
  hexOf(target) === hexOf(place.target) && hexOf(addressOf(peer)) === hexOf(place.address)

/** When others last put the peer that this sender puts now. */
function othersAtAfter({ sourcePort }: StoredPeer, held: Truth | undefined): number {
  if (held === undefined) return Number.NEGATIVE_INFINITY
  return held.sourcePort === sourcePort ? held.othersAt : held.stampedAt
}
