// The peers that a store holds, with their targets and sources, and how many each of these has.
// Peers enter and leave only through this file, so the counts always agree with the records. It
// doesn't know time or bounds.

import type { Id, RandomSource } from '@dht/id'
import { requireBytes } from './arguments.ts'
import {
  kindOf,
  kindOfPeer,
  PEER_KINDS,
  type PeerKind,
  PORT_BYTES,
  shareKeyOf,
  sourceBytes,
} from './compact-peer.ts'
import { CountedSet } from './counted-set.ts'
import { StoreArgumentError } from './errors.ts'
import type { Fingerprints, PeerFingerprints } from './fingerprints.ts'
import { PeerRecords } from './peer-records.ts'
import { PeerShares } from './peer-shares.ts'
import { drawWord } from './random-words.ts'
import { ShareCache } from './share-cache.ts'
import type { Digest } from './siphash.ts'
import type { StoredPeer } from './stored-peer.ts'
import { NONE } from './typed-rows.ts'

/** Of sources and subnets the kinds of their peers don't matter, and one count is kept. */
const ANY_KIND = 0

export class PeerHoldings {
  readonly #random: RandomSource
  readonly #fingerprints: Fingerprints
  readonly #maxKeys: number
  readonly records: PeerRecords
  readonly sources: CountedSet
  readonly #subnets: CountedSet
  readonly #shares = new ShareCache()
  #keys: CountedSet
  #targetBytes = 0

  constructor(
    random: RandomSource,
    fingerprints: Fingerprints,
    bounds: { readonly maxPeers: number; readonly maxKeys: number },
  ) {
    this.#random = random
    this.#fingerprints = fingerprints
    this.#maxKeys = bounds.maxKeys
    const maxRows = bounds.maxPeers
    const ofAnyKind = { maxRows, kinds: 1, noteBytes: 0, seed: drawWord(random) }
    this.sources = new CountedSet(ofAnyKind)
    this.#subnets = new CountedSet(ofAnyKind)
    this.records = new PeerRecords({ maxRows, seed: drawWord(random) })
    this.#keys = this.#emptyKeys()
  }

  /** The targets. Do not keep it: the first target of another width replaces it. */
  get keys(): CountedSet {
    return this.#keys
  }

  /** How many peers a source has. */
  ofSource(source: Digest): number {
    return countIn(this.sources, source)
  }

  /** How many peers a subnet has. */
  ofSubnet(subnet: Digest): number {
    return countIn(this.#subnets, subnet)
  }

  /** The record with these fingerprints of target and peer, or `NONE`. */
  find({ target, peer }: PeerFingerprints): number {
    const key = this.#keys.find(target)
    return key === NONE ? NONE : this.records.find({ key, fingerprint: peer })
  }

  /** The records of one target at one address. O(peers of the target). */
  recordsAt(place: Omit<PeerFingerprints, 'peer'>): number[] {
    return this.#recordsIn(place, place.address)
  }

  /** The records of one target from one source. O(peers of the target). */
  recordsFrom(place: Omit<PeerFingerprints, 'peer'>): number[] {
    return this.#recordsIn(place, place.address.subarray(0, sourceBytes(place.address)))
  }

  /** The records of one target and these kinds. */
  recordsOf(key: number, kinds: readonly PeerKind[]): number[] {
    const slots: number[] = []
    for (const kind of kinds) {
      const pool = { key, kind }
      const count = this.#keys.count(key, kind)
      for (let at = 0; at < count; at += 1) slots.push(this.records.at(pool, at))
    }
    return slots
  }

  /**
   * The records of one target and these kinds, by subnet and source. O(peers of the target), or
   * O(1) for some targets that were asked for last and have not changed.
   */
  sharesOf(key: number, kinds: readonly PeerKind[]): PeerShares {
    return this.#shares.get(key, kinds, () => {
      const shares = new PeerShares()
      for (const slot of this.recordsOf(key, kinds)) {
        shares.add(slot, shareKeyOf(this.records.peerView(slot)))
      }
      return shares
    })
  }

  /** Whether a peer of this target gives way to a new one at this address. */
  givesWay(key: number, address: Uint8Array): boolean {
    return this.sharesOf(key, PEER_KINDS).givesWayTo(shareKeyOf(address).subnet)
  }

  /** The peer of this target that gives way first to a peer of another subnet. O(its peers). */
  firstToGiveWay(key: number): number {
    const [first, ...others] = this.sharesOf(key, PEER_KINDS).largest()
    return others.reduce(
      (slot, other) => (this.records.isBefore(other, slot) ? other : slot),
      first as number,
    )
  }

  add(stored: StoredPeer, fingerprints: PeerFingerprints, now: number): void {
    const { target, peer, sourcePort, seed = false } = stored
    const kind = kindOfPeer(peer, seed)
    const knownKey = this.#keys.find(fingerprints.target)
    const key = knownKey === NONE ? this.#keys.add(fingerprints.target, target) : knownKey
    const ordinal = this.#keys.count(key, kind)
    this.records.add(peer, { key, fingerprint: fingerprints.peer, kind, ordinal, sourcePort }, now)
    this.#keys.adjust(key, kind, 1)
    this.#shares.changed(key)
    countUp(this.sources, fingerprints.source)
    const subnet = this.#fingerprints.ofSubnet(peer)
    if (subnet !== undefined) countUp(this.#subnets, subnet)
  }

  /** Makes a record one of another kind of the same size. */
  changeKind(slot: number, kind: PeerKind): void {
    const key = this.records.key(slot)
    const former = this.records.kind(slot)
    if (kind === former) return
    this.#shares.changed(key)
    this.#keys.adjust(key, former, -1)
    const ordinal = this.#keys.count(key, kind)
    this.records.move(slot, this.#keys.count(key, former), { kind, ordinal })
    this.#keys.adjust(key, kind, 1)
  }

  remove(slot: number): void {
    const key = this.records.key(slot)
    const kind = this.records.kind(slot)
    // A record has no words for its source and subnet, so they are found by the peer's bytes.
    const peer = this.records.peer(slot)
    const subnet = this.#fingerprints.ofSubnet(peer)
    this.#keys.adjust(key, kind, -1)
    this.#shares.changed(key)
    countDown(this.sources, this.#fingerprints.ofSource(peer))
    if (subnet !== undefined) countDown(this.#subnets, subnet)
    this.records.remove(slot, this.#keys.count(key, kind))
    if (this.#keys.total(key) === 0) this.#keys.remove(key)
  }

  /**
   * Prepares for targets of this width: all rows have one. The first target of an empty store
   * decides it.
   *
   * @throws {StoreArgumentError} when targets of another width are held
   */
  fitTargets(target: Id): void {
    requireBytes('target', target)
    if (target.length === this.#targetBytes) return
    if (this.#keys.size > 0) {
      const units = this.#targetBytes === 1 ? 'byte' : 'bytes'
      const held = `${this.#targetBytes} ${units}, as those held`
      throw new StoreArgumentError('target', held, target)
    }
    this.#targetBytes = target.length
    this.#keys = this.#emptyKeys()
  }

  #recordsIn(
    { target, source, address }: Omit<PeerFingerprints, 'peer'>,
    beginning: Uint8Array,
  ): number[] {
    const key = this.#keys.find(target)
    if (key === NONE || this.sources.find(source) === NONE) return []
    const size = address.length + PORT_BYTES
    const ofSize = this.recordsOf(key, [kindOf(size), kindOf(size, true)])
    return ofSize.filter((slot) => this.records.beginsWith(slot, beginning))
  }

  #emptyKeys(): CountedSet {
    return new CountedSet({
      maxRows: this.#maxKeys,
      kinds: PEER_KINDS.length,
      noteBytes: this.#targetBytes,
      seed: drawWord(this.#random),
    })
  }
}

function countIn(set: CountedSet, name: Digest): number {
  const slot = set.find(name)
  return slot === NONE ? 0 : set.count(slot, ANY_KIND)
}

function countUp(set: CountedSet, name: Digest): void {
  const known = set.find(name)
  set.adjust(known === NONE ? set.add(name) : known, ANY_KIND, 1)
}

/** The name must be in the set. */
function countDown(set: CountedSet, name: Digest): void {
  const slot = set.find(name)
  set.adjust(slot, ANY_KIND, -1)
  if (set.count(slot, ANY_KIND) === 0) set.remove(slot)
}
