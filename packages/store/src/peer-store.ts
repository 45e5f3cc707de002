// Which peers were announced under which target: soft state that lapses after an hour.
//
// A peer is served while its age is at most the lifetime, and never after, whether or not anybody
// swept. An entry is one peer at one target, from any sender: a put of the same peer renews it.
// **What was accepted is kept**: an entry leaves by age or is withdrawn by its own sender; a full
// store refuses new peers. Quotas count the address inside the peer, the source. The store
// is told the time, and time stands still rather than run back. It knows nothing of tokens.

import type { Id, RandomSource } from '@dht/id'
import { requireBytes, requireInstant, requireObject } from './arguments.ts'
import {
  kindOf,
  kindOfPeer,
  type PeerKind,
  PORT_BYTES,
  requireAddress,
  requireCount,
  requireSourcePort,
} from './compact-peer.ts'
import { CountedSet } from './counted-set.ts'
import { StoreArgumentError } from './errors.ts'
import { type PeerStoreConfig, type PeerStoreOptions, resolvePeerStoreOptions } from './options.ts'
import { PeerRecords } from './peer-records.ts'
import { draw, drawWord, RandomWords } from './random-words.ts'
import { type Digest, SIPHASH_KEY_BYTES, SipHash } from './siphash.ts'
import type {
  PeerQuery,
  PeerStoreSnapshot,
  PutOutcome,
  RefusalReason,
  RoomQuery,
  StoredPeer,
  Withdrawal,
} from './stored-peer.ts'
import { NONE } from './typed-rows.ts'

/** The fingerprints of an entry's target, peer and address. */
interface Names {
  readonly target: Digest
  /**
   * 32 bits under the store's secret. With n peers at a target, a new one has the fingerprint of
   * one of them with probability n / 2^32 and takes its place: one entry in one store, until it is
   * put again. Other stores have other secrets.
   */
  readonly fingerprint: number
  readonly source: Digest
  /** What the source is the fingerprint of. */
  readonly address: Uint8Array
}

/** Rosters count two kinds; of sources the kind does not matter. */
const SOURCES_HAVE_NO_KIND = 0

export class PeerStore {
  readonly #config: PeerStoreConfig
  readonly #random: RandomSource
  readonly #words: RandomWords
  readonly #hash: SipHash
  readonly #sources: CountedSet
  readonly #records: PeerRecords
  #keys: CountedSet
  #targetBytes = 0
  #latest: number = Number.NEGATIVE_INFINITY

  /**
   * @param random  - chooses samples and the secret of the fingerprints
   * @param options - see `PEER_STORE_DEFAULTS`
   * @throws {StoreOptionError} on an unknown name or a value out of range
   */
  constructor(random: RandomSource, options: PeerStoreOptions = {}) {
    this.#config = resolvePeerStoreOptions(options)
    this.#random = random
    this.#words = new RandomWords(random)
    this.#hash = new SipHash(draw(random, SIPHASH_KEY_BYTES))
    const { maxPeers } = this.#config
    this.#sources = new CountedSet({ maxRows: maxPeers, noteBytes: 0, seed: drawWord(random) })
    this.#records = new PeerRecords({ maxRows: maxPeers, seed: drawWord(random) })
    this.#keys = this.#emptyKeys()
  }

  /** Peers held, as of the latest instant told. */
  get size(): number {
    return this.#records.size
  }

  /** Targets that have peers, as of the latest instant told. */
  get keys(): number {
    return this.#keys.size
  }

  /** Sources, that is addresses, that have peers, as of the latest instant told. */
  get sources(): number {
    return this.#sources.size
  }

  /**
   * Enters a peer, or renews it. O(1), amortised over growth and expiry.
   *
   * A renewal is never refused.
   *
   * @throws {StoreArgumentError} when the peer is not 6 or 18 bytes, the port out of range, or the
   *   target of another width than those held
   */
  put(entry: StoredPeer, now: number): PutOutcome {
    requireObject('entry', entry)
    const kind = kindOfPeer(entry.peer)
    requireSourcePort(entry.sourcePort)
    this.expire(now)
    this.#fitTargets(entry.target)
    const names = this.#names(entry)
    const namesake = this.#find(names)
    if (namesake !== NONE && this.#records.holds(namesake, entry.peer)) {
      this.#records.renew(namesake, entry.sourcePort, this.#latest)
      return { kind: 'renewed' }
    }
    const reason = this.#boundReached(names)
    if (reason !== undefined) return { kind: 'refused', reason }
    if (namesake !== NONE) this.#remove(namesake)
    this.#add(entry, names, kind)
    return { kind: 'added' }
  }

  /**
   * The bound that would refuse a new peer at this address; `undefined` when there is room, and
   * when the address holds a peer of the target, which it may renew.
   *
   * @throws {StoreArgumentError} when the address is not 4 or 16 bytes
   */
  boundReached({ target, address }: RoomQuery, now: number): RefusalReason | undefined {
    requireAddress(address)
    this.expire(now)
    const names = {
      target: this.#digestTarget(target),
      source: this.#hash.digest(address),
      address,
    }
    const reason = this.#boundReached(names)
    const isHolder = reason !== undefined && this.#slotsAt(names).length > 0
    return isHolder ? undefined : reason
  }

  /**
   * Drops what this sender put at the target. Entries that another port of the same address put
   * as well within a lifetime stay. O(peers of the target).
   *
   * @returns how many were dropped
   * @throws {StoreArgumentError} when the address is not 4 or 16 bytes or the port no port
   */
  withdraw({ target, address, sourcePort }: Withdrawal, now: number): number {
    requireAddress(address)
    requireSourcePort(sourcePort)
    this.expire(now)
    const source = this.#hash.digest(address)
    const slots = this.#slotsAt({ target: this.#digestTarget(target), source, address })
    const alone = slots.filter((slot) => this.#isAlone(slot, sourcePort))
    for (const slot of alone) this.#remove(slot)
    return alone.length
  }

  /**
   * A uniform choice of the live peers of one size, in uniform order, as copies. O(count).
   *
   * @returns min(count, peers of this size) peers, no entry twice
   * @throws {StoreArgumentError} when the size is not 6 or 18, or the count no number
   */
  sample(query: PeerQuery, now: number): Uint8Array[] {
    requireObject('query', query)
    this.expire(now)
    const kind = kindOf(query.size)
    requireCount(query.count)
    const key = this.#keys.find(this.#digestTarget(query.target))
    if (key === NONE) return []
    const total = this.#keys.count(key, kind)
    const chosen: Uint8Array[] = []
    // The first steps of a Fisher-Yates shuffle, in place: the order of places means nothing.
    for (let ordinal = 0; ordinal < Math.min(query.count, total); ordinal += 1) {
      const drawn = ordinal + this.#words.below(total - ordinal)
      chosen.push(this.#records.peer(this.#records.exchange({ key, kind }, drawn, ordinal)))
    }
    return chosen
  }

  /** All live peers of a target, of both sizes, oldest stamp first, as copies. */
  peers(target: Id, now: number): Uint8Array[] {
    this.expire(now)
    const key = this.#keys.find(this.#digestTarget(target))
    if (key === NONE) return []
    const slots: number[] = []
    for (const kind of [0, 1] as const) {
      for (let ordinal = 0; ordinal < this.#keys.count(key, kind); ordinal += 1) {
        slots.push(this.#records.at({ key, kind }, ordinal))
      }
    }
    slots.sort((a, b) => this.#records.stampedAt(a) - this.#records.stampedAt(b))
    return slots.map((slot) => this.#records.peer(slot))
  }

  /**
   * Removes what has lapsed. Every other method does so first, so nobody needs to call this; a
   * node that does at `nextExpiryAt` returns the memory early and keeps the pieces small.
   *
   * Each entry is removed once, in O(1): the work of a call is what was put in a span as long as
   * the pause since the last call, and never more than `maxPeers`.
   *
   * @returns how many this call removed
   */
  expire(now: number): number {
    requireInstant(now)
    if (now > this.#latest) this.#latest = now
    const before = this.size
    for (let slot = this.#records.oldest; slot !== NONE; slot = this.#records.oldest) {
      if (this.#latest - this.#records.stampedAt(slot) <= this.#config.lifetimeMs) break
      this.#remove(slot)
    }
    return before - this.size
  }

  /**
   * The next instant, ms, at which `expire` is sure to remove something; `undefined` when empty.
   * It is 1 ms past the end of a life, so that whoever wakes at it never wakes in vain.
   */
  nextExpiryAt(): number | undefined {
    const { oldest } = this.#records
    if (oldest === NONE) return undefined
    return this.#records.stampedAt(oldest) + this.#config.lifetimeMs + 1
  }

  /** Copies everything out, for tests, models and inspection. O(size). */
  snapshot(now: number): PeerStoreSnapshot {
    this.expire(now)
    const entries: PeerStoreSnapshot['entries'][number][] = []
    const records = this.#records
    for (let slot = records.oldest; slot !== NONE; slot = records.after(slot)) {
      const peer = records.peer(slot)
      entries.push({
        target: this.#keys.note(records.key(slot)),
        peer,
        address: peer.slice(0, -PORT_BYTES),
        stampedAt: records.stampedAt(slot),
        ...records.senders(slot),
      })
    }
    return { at: this.#latest, entries }
  }

  #names({ target, peer }: StoredPeer): Names {
    return {
      target: this.#digestTarget(target),
      fingerprint: this.#hash.digest(peer).low,
      source: this.#digestSource(peer),
      address: peer.subarray(0, -PORT_BYTES),
    }
  }

  #digestTarget(target: Id): Digest {
    requireBytes('target', target)
    return this.#hash.digest(target)
  }

  /** The fingerprint of a peer's address. */
  #digestSource(peer: Uint8Array): Digest {
    return this.#hash.digest(peer, peer.length - PORT_BYTES)
  }

  #find({ target, fingerprint }: Names): number {
    const key = this.#keys.find(target)
    return key === NONE ? NONE : this.#records.find({ key, fingerprint })
  }

  /** Whether nobody else has put the entry within a lifetime: it would have lapsed otherwise. */
  #isAlone(slot: number, sourcePort: number): boolean {
    const senders = this.#records.senders(slot)
    const isLapsed = this.#latest - senders.othersAt > this.#config.lifetimeMs
    return senders.sourcePort === sourcePort && isLapsed
  }

  /** The first bound that a new entry would break, widest first. */
  #boundReached(names: Omit<Names, 'fingerprint'>): RefusalReason | undefined {
    const { maxPeers, maxKeys, maxPeersPerKey, maxPeersPerSource } = this.#config
    const key = this.#keys.find(names.target)
    if (this.size >= maxPeers) return 'maxPeers'
    if (key === NONE && this.keys >= maxKeys) return 'maxKeys'
    if (key !== NONE && this.#keys.total(key) >= maxPeersPerKey) return 'maxPeersPerKey'
    const source = this.#sources.find(names.source)
    const total = source === NONE ? 0 : this.#sources.total(source)
    if (total >= maxPeersPerSource) return 'maxPeersPerSource'
    const { maxPeersPerSourceAndKey } = this.#config
    // Counted only where it can matter: a source with few peers has few anywhere.
    if (total < maxPeersPerSourceAndKey) return undefined
    const count = this.#slotsAt(names).length
    return count >= maxPeersPerSourceAndKey ? 'maxPeersPerSourceAndKey' : undefined
  }

  /** The entries of one target at one address. O(peers of the target). */
  #slotsAt({ target, source, address }: Omit<Names, 'fingerprint'>): number[] {
    const key = this.#keys.find(target)
    if (key === NONE || this.#sources.find(source) === NONE) return []
    const kind = kindOf(address.length + PORT_BYTES)
    const slots: number[] = []
    for (let ordinal = 0; ordinal < this.#keys.count(key, kind); ordinal += 1) {
      const slot = this.#records.at({ key, kind }, ordinal)
      if (this.#records.beginsWith(slot, address)) slots.push(slot)
    }
    return slots
  }

  #add(entry: StoredPeer, names: Names, kind: PeerKind): void {
    const knownKey = this.#keys.find(names.target)
    const knownSource = this.#sources.find(names.source)
    const key = knownKey === NONE ? this.#keys.add(names.target, entry.target) : knownKey
    const source = knownSource === NONE ? this.#sources.add(names.source) : knownSource
    const { fingerprint } = names
    const { sourcePort } = entry
    const home = { key, fingerprint, kind, ordinal: this.#keys.count(key, kind), sourcePort }
    this.#records.add(entry.peer, home, this.#latest)
    this.#keys.adjust(key, kind, 1)
    this.#sources.adjust(source, SOURCES_HAVE_NO_KIND, 1)
  }

  #remove(slot: number): void {
    const peer = this.#records.peer(slot)
    const key = this.#records.key(slot)
    const source = this.#sourceOf(peer)
    const kind = this.#records.kind(slot)
    this.#keys.adjust(key, kind, -1)
    this.#sources.adjust(source, SOURCES_HAVE_NO_KIND, -1)
    this.#records.remove(slot, this.#keys.count(key, kind))
    if (this.#keys.total(key) === 0) this.#keys.remove(key)
    if (this.#sources.total(source) === 0) this.#sources.remove(source)
  }

  /** The source of a peer that is held, found by its address: records have no word to spare. */
  #sourceOf(peer: Uint8Array): number {
    return this.#sources.find(this.#digestSource(peer))
  }

  /** Rows of targets have one width. An empty store has none yet, and takes that of the first. */
  #fitTargets(target: Id): void {
    requireBytes('target', target)
    if (target.length === this.#targetBytes) return
    if (this.keys > 0) {
      const units = this.#targetBytes === 1 ? 'byte' : 'bytes'
      const held = `${this.#targetBytes} ${units}, as those held`
      throw new StoreArgumentError('target', held, target)
    }
    this.#targetBytes = target.length
    this.#keys = this.#emptyKeys()
  }

  #emptyKeys(): CountedSet {
    const maxRows = this.#config.maxKeys
    return new CountedSet({ maxRows, noteBytes: this.#targetBytes, seed: drawWord(this.#random) })
  }
}
