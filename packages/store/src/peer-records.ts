// The stored peers, 56 bytes each. A record is found in three ways:
// - by (key, fingerprint of the peer), to renew it;
// - by (key, place), to list: the records of one key and one kind, a pool, have the places 0, 1,
//   2, … without a gap;
// - in one queue by stamp, oldest first, to expire; stamps must never decrease.
// A key is the slot number of a target. This file doesn't know limits, lifetimes or counts.

import { PEER_BYTES, type PeerKind } from './compact-peer.ts'
import { PairIndex } from './pair-index.ts'
import { NONE, TypedRows } from './typed-rows.ts'

/** The slot of a target and a 32-bit fingerprint of a peer. At most one record has both. */
export interface PeerName {
  readonly key: number
  readonly fingerprint: number
}

/** The senders that have put a record. */
export interface Senders {
  /** UDP port of the last one. */
  readonly sourcePort: number
  /** When another one last put it, ms; -Infinity: none did. */
  readonly othersAt: number
}

/** The records of one key and one kind. */
export interface Pool {
  readonly key: number
  readonly kind: PeerKind
}

// Offsets in a row, in words. A row begins with two doubles: the stamp, and the instant at which
// another sender last put the peer.
const OTHERS_AT = 1
const KEY = 4
const FINGERPRINT = 5
const PLACE = 6
const PREVIOUS = 7
const NEXT = 8
const PEER = 9
const STRIDE = 14
/** The two bytes after the longest peer. */
const SOURCE_PORT = PEER * 4 + PEER_BYTES[1]

export class PeerRecords {
  readonly #rows: TypedRows
  readonly #byPeer: PairIndex
  readonly #byPlace: PairIndex
  #oldest: number = NONE
  #newest: number = NONE

  constructor(shape: { readonly maxRows: number; readonly seed: number }) {
    this.#rows = new TypedRows({ stride: STRIDE, maxRows: shape.maxRows })
    this.#byPeer = new PairIndex(this.#rows, [KEY, FINGERPRINT], shape.seed)
    this.#byPlace = new PairIndex(this.#rows, [KEY, PLACE], shape.seed)
  }

  get size(): number {
    return this.#byPeer.size
  }

  /** The slot with the earliest stamp, or `NONE`. */
  get oldest(): number {
    return this.#oldest
  }

  /** The slot stamped next after this one, or `NONE`. */
  after(slot: number): number {
    return this.#word(slot, NEXT)
  }

  key(slot: number): number {
    return this.#word(slot, KEY)
  }

  senders(slot: number): Senders {
    const { bytes, doubles } = this.#rows
    const at = slot * STRIDE * 4 + SOURCE_PORT
    return {
      sourcePort: ((bytes[at] as number) << 8) | (bytes[at + 1] as number),
      othersAt: doubles[(slot * STRIDE) / 2 + OTHERS_AT] as number,
    }
  }

  kind(slot: number): PeerKind {
    return (this.#word(slot, PLACE) & 3) as PeerKind
  }

  stampedAt(slot: number): number {
    return this.#rows.doubles[(slot * STRIDE) / 2] as number
  }

  /** Whether the peer of this record has exactly these bytes. */
  holds(slot: number, peer: Uint8Array): boolean {
    return peer.length === PEER_BYTES[this.kind(slot)] && this.beginsWith(slot, peer)
  }

  /** Whether this record's peer begins with these bytes, such as its address. */
  beginsWith(slot: number, beginning: Uint8Array): boolean {
    const { bytes } = this.#rows
    const start = (slot * STRIDE + PEER) * 4
    for (let i = 0; i < beginning.length; i += 1) {
      if (bytes[start + i] !== beginning[i]) return false
    }
    return true
  }

  /** A copy of the peer's bytes. */
  peer(slot: number): Uint8Array {
    const start = (slot * STRIDE + PEER) * 4
    return this.#rows.bytes.slice(start, start + PEER_BYTES[this.kind(slot)])
  }

  /** The peer's bytes, until the next change. */
  peerView(slot: number): Uint8Array {
    const start = (slot * STRIDE + PEER) * 4
    return this.#rows.bytes.subarray(start, start + PEER_BYTES[this.kind(slot)])
  }

  /** Whether this record was renewed before the other; at one instant the lesser peer was. */
  isBefore(slot: number, other: number): boolean {
    const [at, otherAt] = [this.stampedAt(slot), this.stampedAt(other)]
    return at === otherAt ? isLess(this.peerView(slot), this.peerView(other)) : at < otherAt
  }

  /** The record of a peer with this fingerprint at this key, or `NONE`. */
  find({ key, fingerprint }: PeerName): number {
    return this.#byPeer.find(key, fingerprint)
  }

  /** The record at place `ordinal` of a pool; `ordinal` is below its count. */
  at(pool: Pool, ordinal: number): number {
    return this.#byPlace.find(pool.key, placeOf(ordinal, pool.kind))
  }

  /** Adds a record as the newest, in the last place of its pool, which is the pool's count. */
  add(
    peer: Uint8Array,
    init: Pool & PeerName & { readonly ordinal: number; readonly sourcePort: number },
    now: number,
  ): void {
    const slot = this.#rows.take()
    const { words, bytes } = this.#rows
    const row = slot * STRIDE
    words[row + KEY] = init.key
    words[row + FINGERPRINT] = init.fingerprint
    words[row + PLACE] = placeOf(init.ordinal, init.kind)
    bytes.set(peer, (row + PEER) * 4)
    this.#byPeer.add(slot)
    this.#byPlace.add(slot)
    this.#append(slot, now)
    this.#writeSenders(slot, { sourcePort: init.sourcePort, othersAt: Number.NEGATIVE_INFINITY })
  }

  /** A sender has put the record again: it gets a new stamp and becomes the newest. */
  renew(slot: number, sourcePort: number, now: number): void {
    const isOther = this.senders(slot).sourcePort !== sourcePort
    if (isOther) this.#writeSenders(slot, { sourcePort, othersAt: this.stampedAt(slot) })
    this.#unlink(slot)
    this.#append(slot, now)
  }

  /**
   * Moves a record to another pool of its key, at the end of it. The record at place `lastOrdinal`,
   * the last of its old pool, takes its place there.
   */
  move(slot: number, lastOrdinal: number, to: { kind: PeerKind; ordinal: number }): void {
    this.#leavePlace(slot, lastOrdinal)
    this.#rows.words[slot * STRIDE + PLACE] = placeOf(to.ordinal, to.kind)
    this.#byPlace.add(slot)
  }

  /** Removes a record; the one at place `lastOrdinal`, the last of its pool, takes its place. */
  remove(slot: number, lastOrdinal: number): void {
    this.#leavePlace(slot, lastOrdinal)
    this.#byPeer.remove(slot)
    this.#unlink(slot)
    this.#rows.release(slot)
  }

  /** Takes a record out of its pool, whose last record takes its place. */
  #leavePlace(slot: number, lastOrdinal: number): void {
    const last = placeOf(lastOrdinal, this.kind(slot))
    this.#byPlace.exchange(this.key(slot), this.#word(slot, PLACE), last)
    this.#byPlace.remove(slot)
  }

  #writeSenders(slot: number, { sourcePort, othersAt }: Senders): void {
    const { bytes, doubles } = this.#rows
    const at = slot * STRIDE * 4 + SOURCE_PORT
    bytes[at] = sourcePort >>> 8
    bytes[at + 1] = sourcePort
    doubles[(slot * STRIDE) / 2 + OTHERS_AT] = othersAt
  }

  #append(slot: number, now: number): void {
    const { words, doubles } = this.#rows
    doubles[(slot * STRIDE) / 2] = now
    words[slot * STRIDE + PREVIOUS] = this.#newest
    words[slot * STRIDE + NEXT] = NONE
    if (this.#newest === NONE) this.#oldest = slot
    else words[this.#newest * STRIDE + NEXT] = slot
    this.#newest = slot
  }

  #unlink(slot: number): void {
    const { words } = this.#rows
    const previous = this.#word(slot, PREVIOUS)
    const next = this.#word(slot, NEXT)
    if (previous === NONE) this.#oldest = next
    else words[previous * STRIDE + NEXT] = next
    if (next === NONE) this.#newest = previous
    else words[next * STRIDE + PREVIOUS] = previous
  }

  #word(slot: number, word: number): number {
    return this.#rows.words[slot * STRIDE + word] as number
  }
}

/** A place in the index, which all pools of a key share: the kind is the lowest two bits. */
function placeOf(ordinal: number, kind: PeerKind): number {
  return ordinal * 4 + kind
}

/** Whether the first byte that differs is less in `a`; a peer of 6 bytes is less than one of 18. */
function isLess(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return a.length < b.length
  const at = a.findIndex((byte, index) => byte !== b[index])
  return at >= 0 && (a[at] as number) < (b[at] as number)
}
