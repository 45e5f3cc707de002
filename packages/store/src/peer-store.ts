// Which peers were announced under which target: soft state that lapses after an hour.
//
// True here: a peer is served while its age is at most the lifetime, and never after, whether or
// not anybody swept. One peer per (target, publisher): who enters another one replaces their own.
// **What was accepted is kept**: an entry leaves by age or by its own publisher's hand; a full
// store refuses newcomers and displaces nobody. Publishers cost their author nothing, so what is
// counted against a quota is the address inside the peer, the source. The store is told the time,
// and time stands still rather than run back. It knows neither endpoints nor tokens: a publisher
// is whatever text its caller tells nodes apart by.

import type { Id, RandomSource } from '@dht/id'
import { kindOf, type PeerKind, PORT_BYTES, requireAddress } from './compact-peer.ts'
import { StoreArgumentError } from './errors.ts'
import { type PeerStoreConfig, type PeerStoreOptions, resolvePeerStoreOptions } from './options.ts'
import type {
  PeerEntry,
  PeerOwner,
  PeerQuery,
  PeerStoreSnapshot,
  PutOutcome,
  RefusalReason,
  RoomQuery,
} from './peer-entry.ts'
import { PeerRecords } from './peer-records.ts'
import { draw, drawWord, RandomWords } from './random-words.ts'
import { Roster } from './roster.ts'
import { type Digest, SIPHASH_KEY_BYTES, SipHash } from './siphash.ts'
import { NONE } from './slab.ts'
import { MAX_TEXT_BYTES, requireText, writeText } from './text.ts'

/** The fingerprints of an entry's target, publisher and address. */
interface Names {
  readonly target: Digest
  /**
   * 32 bits under the store's secret. With n peers at a target, a newcomer is taken for one of
   * their publishers with probability n / 2^32 and replaces that one's peer: one entry in one
   * store, until it is entered again. Other stores have other secrets.
   */
  readonly publisher: number
  readonly source: Digest
  /** What the source is the fingerprint of. */
  readonly address: Uint8Array
}

/** For a publisher on its way to the hash; one for all stores, since nothing here waits. */
const scratch = new Uint8Array(MAX_TEXT_BYTES)

/** Rosters count two kinds; of sources the kind does not matter. */
const SOURCES_HAVE_NO_KIND = 0

export class PeerStore {
  readonly #config: PeerStoreConfig
  readonly #random: RandomSource
  readonly #words: RandomWords
  readonly #hash: SipHash
  readonly #sources: Roster
  readonly #records: PeerRecords
  #keys: Roster
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
    this.#sources = new Roster({ maxRows: maxPeers, noteBytes: 0, seed: drawWord(random) })
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
   * A renewal is never refused, and neither is another port at the same address. A publisher that
   * moves to another address needs room there; refused, it keeps what it has.
   *
   * @throws {StoreArgumentError} when the peer is not 6 or 18 bytes, the publisher longer than 128
   *   characters, or the target of another width than those held
   */
  put(entry: PeerEntry, now: number): PutOutcome {
    const kind = kindOf(entry.peer.length)
    this.expire(now)
    this.#fitTargets(entry.target)
    const address = entry.peer.subarray(0, -PORT_BYTES)
    const names = this.#names(entry, address)
    const held = this.#find(names)
    if (held !== NONE && this.#records.holds(held, entry.peer)) {
      this.#records.renew(held, this.#latest)
      return { kind: 'renewed' }
    }
    const reason = this.#boundReached(names, held)
    if (reason !== undefined) return { kind: 'refused', reason }
    const previous = held === NONE ? undefined : this.#remove(held)
    this.#add(entry, names, kind)
    return previous === undefined ? { kind: 'added' } : { kind: 'replaced', previous }
  }

  /**
   * Whether a `put` by this publisher, of a peer at this address, would be taken now. A node that
   * answers no leaves the write token out of its reply, so that the peer is announced to the next
   * nearest node instead.
   *
   * @throws {StoreArgumentError} when the address is not 4 or 16 bytes or the publisher too long
   */
  hasRoom(query: RoomQuery, now: number): boolean {
    requireAddress(query.address)
    requireText('publisher', query.publisher)
    this.expire(now)
    const { address } = query
    const target = this.#hash.digest(query.target)
    const source = this.#hash.digest(address)
    // Who asks matters only where a newcomer would be refused.
    if (this.#boundReached({ target, source, address }, NONE) === undefined) return true
    const names = this.#names(query, address)
    return this.#boundReached(names, this.#find(names)) === undefined
  }

  /**
   * A uniform choice of the live peers of one size, in uniform order, as copies. O(count).
   *
   * @returns min(count, peers of this size) peers, no entry twice
   * @throws {StoreArgumentError} when the size is not 6 or 18
   */
  sample(query: PeerQuery, now: number): Uint8Array[] {
    this.expire(now)
    const kind = kindOf(query.size)
    const key = this.#keys.find(this.#hash.digest(query.target))
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
    const key = this.#keys.find(this.#hash.digest(target))
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
        publisher: hexWord(records.publisher(slot)),
        address: peer.slice(0, -PORT_BYTES),
        stampedAt: records.stampedAt(slot),
      })
    }
    return { at: this.#latest, entries }
  }

  #names(owner: PeerOwner, address: Uint8Array): Names {
    requireText('publisher', owner.publisher)
    const length = writeText(owner.publisher, scratch, 0)
    return {
      target: this.#hash.digest(owner.target),
      publisher: this.#hash.digest(scratch, length).low,
      source: this.#hash.digest(address),
      address,
    }
  }

  /** The fingerprint of a peer's address. */
  #digestSource(peer: Uint8Array): Digest {
    return this.#hash.digest(peer, peer.length - PORT_BYTES)
  }

  #find(names: Names): number {
    const key = this.#keys.find(names.target)
    return key === NONE ? NONE : this.#records.find({ key, publisher: names.publisher })
  }

  /** The first bound that an entry would break, widest first; `held` is what it would replace. */
  #boundReached(names: Omit<Names, 'publisher'>, held: number): RefusalReason | undefined {
    const source = this.#sources.find(names.source)
    if (held !== NONE && source === this.#sourceOf(this.#records.peer(held))) {
      return undefined
    }
    const { maxPeers, maxKeys, maxPeersPerKey, maxPeersPerSource } = this.#config
    const key = this.#keys.find(names.target)
    if (held === NONE) {
      if (this.size >= maxPeers) return 'maxPeers'
      if (key === NONE && this.keys >= maxKeys) return 'maxKeys'
      if (key !== NONE && this.#keys.total(key) >= maxPeersPerKey) return 'maxPeersPerKey'
    }
    const total = source === NONE ? 0 : this.#sources.total(source)
    if (total >= maxPeersPerSource) return 'maxPeersPerSource'
    const { maxPeersPerSourceAndKey } = this.#config
    // Counted only where it can matter: a source with few peers has few anywhere.
    if (key === NONE || total < maxPeersPerSourceAndKey) return undefined
    const count = this.#countAt(key, names.address)
    return count >= maxPeersPerSourceAndKey ? 'maxPeersPerSourceAndKey' : undefined
  }

  /** Peers of one target at one address. O(peers of the target). */
  #countAt(key: number, address: Uint8Array): number {
    const kind = kindOf(address.length + PORT_BYTES)
    let count = 0
    for (let ordinal = 0; ordinal < this.#keys.count(key, kind); ordinal += 1) {
      const slot = this.#records.at({ key, kind }, ordinal)
      if (this.#records.beginsWith(slot, address)) count += 1
    }
    return count
  }

  #add(entry: PeerEntry, names: Names, kind: PeerKind): void {
    const knownKey = this.#keys.find(names.target)
    const knownSource = this.#sources.find(names.source)
    const key = knownKey === NONE ? this.#keys.admit(names.target, entry.target) : knownKey
    const source = knownSource === NONE ? this.#sources.admit(names.source) : knownSource
    const home = { key, publisher: names.publisher, kind, ordinal: this.#keys.count(key, kind) }
    this.#records.add(entry.peer, home, this.#latest)
    this.#keys.adjust(key, kind, 1)
    this.#sources.adjust(source, SOURCES_HAVE_NO_KIND, 1)
  }

  /** Takes an entry out; returns its peer. */
  #remove(slot: number): Uint8Array {
    const peer = this.#records.peer(slot)
    const key = this.#records.key(slot)
    const source = this.#sourceOf(peer)
    const kind = this.#records.kind(slot)
    this.#keys.adjust(key, kind, -1)
    this.#sources.adjust(source, SOURCES_HAVE_NO_KIND, -1)
    this.#records.remove(slot, this.#keys.count(key, kind))
    if (this.#keys.total(key) === 0) this.#keys.dismiss(key)
    if (this.#sources.total(source) === 0) this.#sources.dismiss(source)
    return peer
  }

  /** The source of a peer that is held, found by its address: records have no word to spare. */
  #sourceOf(peer: Uint8Array): number {
    return this.#sources.find(this.#digestSource(peer))
  }

  /** Rows of targets have one width. An empty store has none yet, and takes that of the first. */
  #fitTargets(target: Id): void {
    if (target.length === this.#targetBytes) return
    if (this.keys > 0) {
      const held = `${this.#targetBytes} bytes, as those held`
      throw new StoreArgumentError('target', held, `${target.length} bytes`)
    }
    this.#targetBytes = target.length
    this.#keys = this.#emptyKeys()
  }

  #emptyKeys(): Roster {
    const maxRows = this.#config.maxKeys
    return new Roster({ maxRows, noteBytes: this.#targetBytes, seed: drawWord(this.#random) })
  }
}

function hexWord(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0')
}
