// How many peers the store takes, by target, source and in total; a full store removes no peer.

import { describe, expect, it } from 'vitest'
import { PEER_STORE_DEFAULTS } from '../../src/index.ts'
import {
  addressOf,
  boundReached,
  HOUR_MS,
  hexOf,
  neighbourOf,
  numbers,
  peerOf,
  put,
  storeOf,
  target,
  targetOf,
} from '../support/world.ts'

describe('bounds', () => {
  it('BUG-25, STORE-52: maxPeersPerKey refuses new peers and renews stored ones', () => {
    const store = storeOf({ maxPeersPerKey: 2 })
    put(store, 1, 0)
    put(store, 2, 0)
    expect(put(store, 3, 0)).toEqual({ kind: 'refused', reason: 'maxPeersPerKey' })
    expect(boundReached(store, 3, 0)).toBe('maxPeersPerKey')
    expect(boundReached(store, 2, 0)).toBeUndefined()
    expect(put(store, 2, 1)).toEqual({ kind: 'renewed' })
    expect(put(store, 3, 0, targetOf(2))).toEqual({ kind: 'added' })
  })

  it('BUG-25, STORE-52: maxPeersPerKey counts both sizes together', () => {
    const store = storeOf({ maxPeersPerKey: 2 })
    store.put({ target, peer: peerOf(1), sourcePort: 1 }, 0)
    store.put({ target, peer: peerOf(2, 18), sourcePort: 1 }, 0)
    expect(put(store, 3, 0).kind).toBe('refused')
  })

  it('BUG-25, STORE-53: maxPeersPerSource holds over all targets', () => {
    const store = storeOf({ maxPeersPerSource: 2 })
    put(store, 1, 0, targetOf(1))
    put(store, 1, 0, targetOf(2))
    expect(put(store, 1, 0, targetOf(3))).toEqual({ kind: 'refused', reason: 'maxPeersPerSource' })
    expect(boundReached(store, 1, 0, targetOf(3))).toBe('maxPeersPerSource')
    expect(put(store, 1, 1, targetOf(2))).toEqual({ kind: 'renewed' })
    expect(put(store, 2, 0, targetOf(3))).toEqual({ kind: 'added' })
  })

  it.each([6, 18])('BUG-25: one address of %i-byte peers cannot fill a target', (size) => {
    const store = storeOf({ maxPeersPerSourceAndKey: 3 })
    const enter = (peer: Uint8Array, at = target) =>
      store.put({ target: at, peer, sourcePort: peer.at(-1)! }, 0)
    const refused = { kind: 'refused', reason: 'maxPeersPerSourceAndKey' }
    for (const port of [1, 2, 3]) expect(enter(peerOf(1, size, port)).kind).toBe('added')
    expect(enter(peerOf(1, size, 4))).toEqual(refused)
    // Stored peers can be renewed; other targets and addresses have room.
    expect(enter(peerOf(1, size, 3))).toEqual({ kind: 'renewed' })
    expect(enter(peerOf(1, size, 4), targetOf(9))).toEqual({ kind: 'added' })
    expect(enter(peerOf(2, size, 4))).toEqual({ kind: 'added' })
    expect(store.peers(target, 0)).toHaveLength(4)
  })

  it.each([6, 18])('BUG-25: maxPeersPerSource counts addresses of peers of %i bytes', (size) => {
    const store = storeOf({ maxPeersPerSource: 2 })
    const enter = (peer: Uint8Array, at = target) => {
      const reason = store.boundReached({ target: at, address: addressOf(peer) }, 0)
      const outcome = store.put({ target: at, peer, sourcePort: 1 }, 0)
      if (reason !== undefined) expect(outcome).toEqual({ kind: 'refused', reason })
      return outcome.kind
    }
    // Another port or another target is not another source.
    expect(enter(peerOf(1, size, 1))).toBe('added')
    expect(enter(peerOf(1, size, 2))).toBe('added')
    expect(enter(peerOf(1, size, 3))).toBe('refused')
    expect(enter(peerOf(1, size, 1), targetOf(2))).toBe('refused')
    // Three addresses are three sources.
    for (const host of [2, 3, 4]) expect(enter(peerOf(host, size), targetOf(host))).toBe('added')
    expect(store.sources).toBe(4)
  })

  it('STORE-62: the addresses of an IPv6 /64 share one quota, and withdraw only their own', () => {
    const store = storeOf({ maxPeersPerSource: 2, maxPeersPerSourceAndKey: 1 })
    const own = peerOf(1, 18)
    const other = neighbourOf(own)
    const enter = (peer: Uint8Array, at = target) =>
      store.put({ target: at, peer, sourcePort: 1 }, 0)
    expect(enter(own)).toEqual({ kind: 'added' })
    expect(enter(other)).toEqual({ kind: 'refused', reason: 'maxPeersPerSourceAndKey' })
    expect(enter(other, targetOf(2))).toEqual({ kind: 'added' })
    expect(enter(other, targetOf(3))).toEqual({ kind: 'refused', reason: 'maxPeersPerSource' })
    expect(store.sources).toBe(1)
    const withdraw = (peer: Uint8Array) =>
      store.withdraw({ target, address: addressOf(peer), sourcePort: 1 }, 0)
    expect([withdraw(other), withdraw(own)]).toEqual([0, 1])
  })

  it('STORE-62: with the defaults one source takes at most a tenth of the targets', () => {
    const { maxPeersPerSource, maxKeys } = PEER_STORE_DEFAULTS
    expect(10 * maxPeersPerSource).toBeLessThanOrEqual(maxKeys)
  })

  it('an address with a peer at a full target may renew it, and boundReached says so', () => {
    const store = storeOf({ maxPeersPerKey: 1 })
    put(store, 1, 0)
    expect(boundReached(store, 1, 0)).toBeUndefined()
    expect(boundReached(store, 2, 0)).toBe('maxPeersPerKey')
    expect(put(store, 1, 1)).toEqual({ kind: 'renewed' })
    const another = { target, peer: peerOf(1, 6, 9), sourcePort: 1 }
    expect(store.put(another, 1)).toEqual({ kind: 'refused', reason: 'maxPeersPerKey' })
  })

  it('BUG-25: maxKeys refuses a new target and accepts a stored one', () => {
    const store = storeOf({ maxKeys: 2, subnetShare: 1 })
    put(store, 1, 0, targetOf(1))
    put(store, 1, 0, targetOf(2))
    expect(put(store, 1, 0, targetOf(3))).toEqual({ kind: 'refused', reason: 'maxKeys' })
    expect(boundReached(store, 4, 0, targetOf(3))).toBe('maxKeys')
    expect(put(store, 2, 0, targetOf(2))).toEqual({ kind: 'added' })
  })

  it('BUG-25: maxPeers refuses any new peer', () => {
    const store = storeOf({ maxPeers: 2, subnetShare: 1 })
    put(store, 1, 0)
    put(store, 2, 0)
    expect(put(store, 3, 0)).toEqual({ kind: 'refused', reason: 'maxPeers' })
    expect(put(store, 3, 0, targetOf(2))).toEqual({ kind: 'refused', reason: 'maxPeers' })
    expect(boundReached(store, 3, 0)).toBe('maxPeers')
    expect(put(store, 1, 0).kind).toBe('renewed')
  })

  it('there is room again when a peer expires, at every bound', () => {
    for (const bound of ['maxPeers', 'maxKeys', 'maxPeersPerKey', 'maxPeersPerSource'] as const) {
      const store = storeOf({ [bound]: 1 })
      const other = bound === 'maxPeersPerKey' ? target : targetOf(2)
      const peer = bound === 'maxPeersPerSource' ? peerOf(1, 6, 9) : peerOf(2)
      put(store, 1, 0)
      const second = { target: other, peer, address: addressOf(peer), sourcePort: 1 }
      expect(store.put(second, HOUR_MS)).toEqual({ kind: 'refused', reason: bound })
      expect(store.boundReached(second, HOUR_MS + 1)).toBeUndefined()
      expect(store.put(second, HOUR_MS + 1)).toEqual({ kind: 'added' })
    }
  })

  it('BUG-10: a target with thousands of peers still gives a small sample', () => {
    const store = storeOf({ maxPeersPerKey: 5_000 })
    for (let i = 0; i < 6_000; i += 1) put(store, i, 0)
    expect(store.size).toBe(5_000)
    const drawn = store.sample({ target, count: 50, size: 6 }, 0)
    expect(new Set(drawn.map(hexOf)).size).toBe(50)
  })

  it('BUG-25: a flood from many addresses removes no peer and is gone in an hour', () => {
    const store = storeOf({ maxPeers: 300, maxKeys: 200 })
    put(store, 1, 0)
    for (let i = 0; i < 2_000; i += 1) {
      const at = targetOf(i % 256)
      // Each address is in a subnet of its own.
      store.put({ target: at, peer: peerOf(256 * i), sourcePort: 1 }, 1)
      expect(store.size).toBeLessThanOrEqual(300)
      expect(store.keys).toBeLessThanOrEqual(200)
    }
    expect(store.size).toBe(300)
    expect(numbers(store.peers(target, 1))).toContain(1)
    expect(store.expire(HOUR_MS + 2)).toBe(300)
    expect([store.size, store.keys, store.sources]).toEqual([0, 0, 0])
  })
})
