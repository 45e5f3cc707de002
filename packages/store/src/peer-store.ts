// Which peers were announced under which target. A peer that is not renewed expires after an hour.
// **What was accepted is kept**: a peer leaves when it expires, when its own sender withdraws it,
// or when its target is full and its subnet has at least two more peers there than that of a new
// one. A full store refuses new peers, so no flood removes what is there. Quotas count the source
// of a peer: its IPv4 address, or the IPv6 /64 of its address. An address withdraws only its own.
// Time is an argument. When the clock goes back, the latest instant counts. The store knows nothing
// of tokens.

import type { Id, RandomSource } from '@dht/id'
import { requireInstant, requireObject } from './arguments.ts'
import {
  isSeedKind,
  kindOf,
  kindOfPeer,
  PEER_KINDS,
  type PeerKind,
  PORT_BYTES,
  requireAddress,
  requireCount,
  requireSourcePort,
} from './compact-peer.ts'
import { Fingerprints, type PeerFingerprints } from './fingerprints.ts'
import { type PeerStoreConfig, type PeerStoreOptions, resolvePeerStoreOptions } from './options.ts'
import { PeerHoldings } from './peer-holdings.ts'
import { RandomWords } from './random-words.ts'
import type {
  PeerQuery,
  PeerStoreSnapshot,
  PeersByRole,
  PutOutcome,
  RefusalReason,
  RoomQuery,
  StoredPeer,
  TargetSize,
  Withdrawal,
} from './stored-peer.ts'
import { NONE } from './typed-rows.ts'

export class PeerStore {
  readonly #config: PeerStoreConfig
  readonly #words: RandomWords
  readonly #fingerprints: Fingerprints
  readonly #holdings: PeerHoldings
  #latest: number = Number.NEGATIVE_INFINITY

  /**
   * @param random  - chooses samples and the secret of the fingerprints
   * @param options - see `PEER_STORE_DEFAULTS`
   * @throws {StoreOptionError} on an unknown name or a value out of range
   */
  constructor(random: RandomSource, options: PeerStoreOptions = {}) {
    this.#config = resolvePeerStoreOptions(options)
    this.#words = new RandomWords(random)
    this.#fingerprints = new Fingerprints(random)
    this.#holdings = new PeerHoldings(random, this.#fingerprints, this.#config)
  }

  /** Peers held at the latest instant that the store was told. */
  get size(): number {
    return this.#holdings.records.size
  }

  /** Targets that have peers, at the latest instant that the store was told. */
  get keys(): number {
    return this.#holdings.keys.size
  }

  /** Sources (IPv4 addresses, IPv6 /64s) that have peers, at the latest instant it was told. */
  get sources(): number {
    return this.#holdings.sources.size
  }

  /**
   * Stores a peer, or renews it. A renewal is never refused, and decides anew whether the peer is a
   * seed. At a full target a new peer replaces one of the subnet with most peers there, if that has
   * at least two more than the subnet of the new peer. The one renewed longest ago, of the source
   * with most peers in that subnet, leaves. O(1), amortised over growth and expiry; O(peers of the
   * target) at a full one.
   *
   * @throws {StoreArgumentError} when the peer is not 6 or 18 bytes, the port out of range, or the
   *   target of another width than those held
   */
  put(stored: StoredPeer, now: number): PutOutcome {
    requireObject('stored', stored)
    const kind = kindOfPeer(stored.peer, stored.seed ?? false)
    requireSourcePort(stored.sourcePort)
    this.expire(now)
    this.#holdings.fitTargets(stored.target)
    const fingerprints = this.#fingerprints.of(stored)
    const { records } = this.#holdings
    const found = this.#holdings.find(fingerprints)
    if (found !== NONE && records.holds(found, stored.peer)) {
      records.renew(found, stored.sourcePort, this.#latest)
      this.#holdings.changeKind(found, kind)
      return { kind: 'renewed' }
    }
    const reason = this.#boundReached(fingerprints)
    if (reason !== undefined) return { kind: 'refused', reason }
    if (found !== NONE) this.#holdings.remove(found)
    else this.#makeRoomAt(fingerprints.target)
    this.#holdings.add(stored, fingerprints, this.#latest)
    return { kind: 'added' }
  }

  /**
   * The bound that would refuse a new peer at this address; `undefined` when there is room, and
   * when the address has a peer at the target, because this one can be renewed.
   *
   * @throws {StoreArgumentError} when the address is not 4 or 16 bytes
   */
  boundReached({ target, address }: RoomQuery, now: number): RefusalReason | undefined {
    requireAddress(address)
    this.expire(now)
    const fingerprints = this.#fingerprintsAt(target, address)
    const reason = this.#boundReached(fingerprints)
    const isHolder = reason !== undefined && this.#holdings.recordsAt(fingerprints).length > 0
    return isHolder ? undefined : reason
  }

  /**
   * Removes what this sender put at the target. A peer that another port of the same address put
   * as well within a lifetime stays. O(peers of the target).
   *
   * @returns how many were removed
   * @throws {StoreArgumentError} when the address is not 4 or 16 bytes, or the port out of range
   */
  withdraw({ target, address, sourcePort }: Withdrawal, now: number): number {
    requireAddress(address)
    requireSourcePort(sourcePort)
    this.expire(now)
    const slots = this.#holdings.recordsAt(this.#fingerprintsAt(target, address))
    const own = slots.filter((slot) => this.#isOnlySender(slot, sourcePort))
    for (const slot of own) this.#holdings.remove(slot)
    return own.length
  }

  /**
   * A choice of the live peers of one size, as copies: all in uniform order, or, of more than
   * `count`, a choice that is fair to subnets. Each subnet gets a place before any subnet gets a
   * second one, and so do the sources of a subnet; the rest is uniform. O(peers of the target).
   *
   * @returns min(count, peers of this size) peers, each once
   * @throws {StoreArgumentError} when the size is not 6 or 18, or the count is not a number
   */
  sample(query: PeerQuery, now: number): Uint8Array[] {
    requireObject('query', query)
    this.expire(now)
    const kind = kindOf(query.size)
    requireCount(query.count)
    const { keys, records } = this.#holdings
    const key = keys.find(this.#fingerprints.ofTarget(query.target))
    if (key === NONE) return []
    const kinds: PeerKind[] = query.withoutSeeds ? [kind] : [kind, kindOf(query.size, true)]
    const held = kinds.reduce<number>((sum, each) => sum + keys.count(key, each), 0)
    const slots =
      held > query.count
        ? this.#holdings.sharesOf(key, kinds).draw(query.count, this.#words)
        : this.#words.shuffle(this.#holdings.recordsOf(key, kinds))
    return slots.map((slot) => records.peer(slot))
  }

  /**
   * A uniform choice of the targets that have peers, in uniform order, as copies. O(targets), for
   * samples that are made rarely and kept.
   *
   * @returns min(count, targets) targets, each once
   * @throws {StoreArgumentError} when the count is not a number
   */
  sampleTargets(count: number, now: number): Uint8Array[] {
    requireCount(count)
    this.expire(now)
    const { keys } = this.#holdings
    const slots = keys.slots
    const chosen: Uint8Array[] = []
    // The first steps of a Fisher-Yates shuffle.
    for (let at = 0; at < Math.min(count, slots.length); at += 1) {
      chosen.push(keys.note(this.#words.take(slots, at, slots.length)))
    }
    return chosen
  }

  /**
   * All live peers of a target and one size, seeds and others apart. O(peers of the target).
   *
   * @throws {StoreArgumentError} when the size is not 6 or 18
   */
  peersByRole(query: { readonly target: Id; readonly size: number }, now: number): PeersByRole {
    requireObject('query', query)
    this.expire(now)
    const kinds = [kindOf(query.size, true), kindOf(query.size)]
    const { keys, records } = this.#holdings
    const key = keys.find(this.#fingerprints.ofTarget(query.target))
    const [seeds = [], downloaders = []] = kinds.map((kind) => {
      const slots = key === NONE ? [] : this.#holdings.recordsOf(key, [kind])
      return slots.map((slot) => records.peer(slot))
    })
    return { seeds, downloaders }
  }

  /**
   * The targets with most peers, those with most first, as of the latest instant that the store was
   * told. Changes nothing. O(targets log targets).
   *
   * @returns min(count, targets) targets
   * @throws {StoreArgumentError} when the count is not a number
   */
  largestTargets(count: number): TargetSize[] {
    requireCount(count)
    const { keys } = this.#holdings
    const sizes = keys.slots.map((slot) => ({ slot, peers: keys.total(slot) }))
    const largest = sizes.sort((a, b) => b.peers - a.peers).slice(0, Math.max(0, count))
    return largest.map(({ slot, peers }) => ({ target: keys.note(slot), peers }))
  }

  /** All live peers of a target, of both sizes, the one renewed longest ago first, as copies. */
  peers(target: Id, now: number): Uint8Array[] {
    this.expire(now)
    const { keys, records } = this.#holdings
    const key = keys.find(this.#fingerprints.ofTarget(target))
    if (key === NONE) return []
    const slots = this.#holdings.recordsOf(key, PEER_KINDS)
    slots.sort((a, b) => records.stampedAt(a) - records.stampedAt(b))
    return slots.map((slot) => records.peer(slot))
  }

  /**
   * Removes the peers that have expired. Every other method does this first, so calling it is never
   * necessary. Called at `nextExpiryAt`, it frees memory early, a little at a time.
   *
   * Each peer is removed once, in O(1). So one call removes at most what was put in a span as long
   * as the time since the last call, and never more than `maxPeers`.
   *
   * @returns how many this call removed
   */
  expire(now: number): number {
    requireInstant(now)
    if (now > this.#latest) this.#latest = now
    const before = this.size
    const { records } = this.#holdings
    for (let slot = records.oldest; slot !== NONE; slot = records.oldest) {
      if (this.#latest - records.stampedAt(slot) <= this.#config.lifetimeMs) break
      this.#holdings.remove(slot)
    }
    return before - this.size
  }

  /**
   * The next instant, ms, at which `expire` is sure to remove something; `undefined` when the store
   * is empty. This is 1 ms after the end of a lifetime.
   */
  nextExpiryAt(): number | undefined {
    const { records } = this.#holdings
    if (records.oldest === NONE) return undefined
    return records.stampedAt(records.oldest) + this.#config.lifetimeMs + 1
  }

  /** Copies everything out, for tests, models and inspection. O(size). */
  snapshot(now: number): PeerStoreSnapshot {
    this.expire(now)
    const peers: PeerStoreSnapshot['peers'][number][] = []
    const { keys, records } = this.#holdings
    for (let slot = records.oldest; slot !== NONE; slot = records.after(slot)) {
      const peer = records.peer(slot)
      peers.push({
        target: keys.note(records.key(slot)),
        peer,
        address: peer.slice(0, -PORT_BYTES),
        stampedAt: records.stampedAt(slot),
        seed: isSeedKind(records.kind(slot)),
        ...records.senders(slot),
      })
    }
    return { at: this.#latest, peers }
  }

  #fingerprintsAt(target: Id, address: Uint8Array): Omit<PeerFingerprints, 'peer'> {
    const source = this.#fingerprints.ofSource(address)
    return { target: this.#fingerprints.ofTarget(target), source, address }
  }

  /** Whether no other port has put this record within a lifetime. */
  #isOnlySender(slot: number, sourcePort: number): boolean {
    const senders = this.#holdings.records.senders(slot)
    const isLapsed = this.#latest - senders.othersAt > this.#config.lifetimeMs
    return senders.sourcePort === sourcePort && isLapsed
  }

  /** Removes a peer of a full target, where `#boundReached` has found that one gives way. */
  #makeRoomAt(target: PeerFingerprints['target']): void {
    const { keys } = this.#holdings
    const key = keys.find(target)
    if (key === NONE || keys.total(key) < this.#config.maxPeersPerKey) return
    this.#holdings.remove(this.#holdings.firstToGiveWay(key))
  }

  /** The first bound that a new peer would break, the widest bound first. */
  #boundReached(fingerprints: Omit<PeerFingerprints, 'peer'>): RefusalReason | undefined {
    const { maxPeers, maxKeys, maxPeersPerKey, maxPeersPerSource } = this.#config
    const { keys } = this.#holdings
    const key = keys.find(fingerprints.target)
    if (this.size >= maxPeers) return 'maxPeers'
    if (key === NONE && this.keys >= maxKeys) return 'maxKeys'
    const isFull = key !== NONE && keys.total(key) >= maxPeersPerKey
    if (isFull && !this.#holdings.givesWay(key, fingerprints.address)) return 'maxPeersPerKey'
    if (this.#hasItsShare(fingerprints.address, key === NONE)) return 'subnetShare'
    const total = this.#holdings.ofSource(fingerprints.source)
    if (total >= maxPeersPerSource) return 'maxPeersPerSource'
    const { maxPeersPerSourceAndKey } = this.#config
    // Counting takes long, and a source with few peers in all has few at this target.
    if (total < maxPeersPerSourceAndKey) return undefined
    const count = this.#holdings.recordsFrom(fingerprints).length
    return count >= maxPeersPerSourceAndKey ? 'maxPeersPerSourceAndKey' : undefined
  }

  /**
   * Whether a subnet already holds its share (`subnetShare`) of the room that others leave. Each of
   * its peers is counted as a target of its own: counting targets would need a set for each subnet.
   */
  #hasItsShare(address: Uint8Array, needsKey: boolean): boolean {
    const { maxPeers, maxKeys, subnetShare } = this.#config
    // No subnet does, even if all peers were of one. This saves the hash in most calls.
    if (this.size < subnetShare * maxPeers && this.keys < subnetShare * maxKeys) return false
    const subnet = this.#fingerprints.ofSubnet(address)
    if (subnet === undefined) return false
    const held = this.#holdings.ofSubnet(subnet)
    const room = maxPeers - (this.size - held)
    if (held >= subnetShare * room) return true
    const heldKeys = Math.min(held, this.keys)
    return needsKey && heldKeys >= subnetShare * (maxKeys - (this.keys - heldKeys))
  }
}
