// How much the store takes, from whom, and that being full displaces nobody.

import { describe, expect, it } from 'vitest'
import {
  addressOf,
  HOUR_MS,
  hasRoom,
  hexOf,
  numbers,
  peerOf,
  put,
  storeOf,
  target,
  targetOf,
} from '../support/world.ts'

describe('bounds', () => {
  it('BUG-25, STORE-52: maxPeersPerKey refuses newcomers and renews members', () => {
    const store = storeOf({ maxPeersPerKey: 2 })
    put(store, 1, 0)
    put(store, 2, 0)
    expect(put(store, 3, 0)).toEqual({ kind: 'refused', reason: 'maxPeersPerKey' })
    expect(hasRoom(store, 3, 0)).toBe(false)
    expect(hasRoom(store, 2, 0)).toBe(true)
    expect(put(store, 2, 1)).toEqual({ kind: 'renewed' })
    expect(put(store, 3, 0, targetOf(2))).toEqual({ kind: 'added' })
  })

  it('BUG-25, STORE-52: maxPeersPerKey counts both sizes together', () => {
    const store = storeOf({ maxPeersPerKey: 2 })
    store.put({ target, publisher: 'a', peer: peerOf(1) }, 0)
    store.put({ target, publisher: 'b', peer: peerOf(2, 18) }, 0)
    expect(put(store, 3, 0).kind).toBe('refused')
  })

  it('BUG-25, STORE-53: maxPeersPerSource holds over all targets', () => {
    const store = storeOf({ maxPeersPerSource: 2 })
    put(store, 1, 0, targetOf(1))
    put(store, 1, 0, targetOf(2))
    expect(put(store, 1, 0, targetOf(3))).toEqual({ kind: 'refused', reason: 'maxPeersPerSource' })
    expect(hasRoom(store, 1, 0, targetOf(3))).toBe(false)
    expect(put(store, 1, 1, targetOf(2))).toEqual({ kind: 'renewed' })
    expect(put(store, 2, 0, targetOf(3))).toEqual({ kind: 'added' })
  })

  it.each([6, 18])('BUG-25: one address of %i-byte peers can not fill a target', (size) => {
    const store = storeOf({ maxPeersPerSourceAndKey: 3 })
    const enter = (publisher: string, peer: Uint8Array, at = target) => {
      const room = store.hasRoom({ target: at, publisher, address: addressOf(peer) }, 0)
      const outcome = store.put({ target: at, publisher, peer }, 0)
      expect(room).toBe(outcome.kind !== 'refused')
      return outcome
    }
    const refused = { kind: 'refused', reason: 'maxPeersPerSourceAndKey' }
    for (const port of [1, 2, 3]) enter(`p${port}`, peerOf(1, size, port))
    expect(enter('p4', peerOf(1, size, 4))).toEqual(refused)
    // Who is there already may renew, and change its port; other targets and addresses are free.
    expect(enter('p3', peerOf(1, size, 3))).toEqual({ kind: 'renewed' })
    expect(enter('p3', peerOf(1, size, 5)).kind).toBe('replaced')
    expect(enter('p4', peerOf(1, size, 4), targetOf(9))).toEqual({ kind: 'added' })
    expect(enter('p4', peerOf(2, size, 4))).toEqual({ kind: 'added' })
    // Nobody moves to a full address either, and who is refused keeps what it has.
    expect(enter('p4', peerOf(1, size, 4))).toEqual(refused)
    expect(store.peers(target, 0).map(hexOf)).toContain(hexOf(peerOf(2, size, 4)))
  })

  it.each([6, 18])('BUG-25: maxPeersPerSource counts addresses of peers of %i bytes', (size) => {
    const store = storeOf({ maxPeersPerSource: 2 })
    const enter = (publisher: string, peer: Uint8Array, at = target) => {
      const room = store.hasRoom({ target: at, publisher, address: addressOf(peer) }, 0)
      const outcome = store.put({ target: at, publisher, peer }, 0)
      expect(room).toBe(outcome.kind !== 'refused')
      return outcome.kind
    }
    // Neither another publisher nor another port nor another target makes another source.
    expect(enter('a', peerOf(1, size, 1))).toBe('added')
    expect(enter('b', peerOf(1, size, 2))).toBe('added')
    expect(enter('c', peerOf(1, size, 3))).toBe('refused')
    expect(enter('d', peerOf(1, size, 1), targetOf(2))).toBe('refused')
    // One publisher at three addresses is three sources.
    for (const host of [2, 3, 4])
      expect(enter('p', peerOf(host, size), targetOf(host))).toBe('added')
    expect(store.sources).toBe(4)
  })

  it('BUG-25: a publisher moves only to an address with room, and keeps what it has', () => {
    const store = storeOf({ maxPeersPerSource: 1, maxPeers: 2, maxPeersPerKey: 2, maxKeys: 1 })
    put(store, 1, 0)
    put(store, 2, 0)
    const move = {
      target,
      publisher: 'node 2',
      peer: peerOf(1, 6, 9),
      address: addressOf(peerOf(1)),
    }
    expect(store.hasRoom(move, 0)).toBe(false)
    expect(store.put(move, 0)).toEqual({ kind: 'refused', reason: 'maxPeersPerSource' })
    expect(numbers(store.peers(target, 0))).toEqual([1, 2])
    // Somewhere else there is room, though the store is full; and then also where it was.
    expect(put(store, 2, 0).kind).toBe('renewed')
    const away = { ...move, peer: peerOf(3), address: addressOf(peerOf(3)) }
    expect(store.hasRoom(away, 0)).toBe(true)
    expect(store.put(away, 0)).toEqual({ kind: 'replaced', previous: peerOf(2) })
    const follower = { target, publisher: 'node 1', peer: peerOf(2) }
    expect(store.put(follower, 0)).toEqual({ kind: 'replaced', previous: peerOf(1) })
  })

  it('BUG-25: maxKeys refuses a new target and takes a known one', () => {
    const store = storeOf({ maxKeys: 2 })
    put(store, 1, 0, targetOf(1))
    put(store, 1, 0, targetOf(2))
    expect(put(store, 1, 0, targetOf(3))).toEqual({ kind: 'refused', reason: 'maxKeys' })
    expect(hasRoom(store, 4, 0, targetOf(3))).toBe(false)
    expect(put(store, 2, 0, targetOf(2))).toEqual({ kind: 'added' })
  })

  it('BUG-25: maxPeers refuses everybody new', () => {
    const store = storeOf({ maxPeers: 2 })
    put(store, 1, 0)
    put(store, 2, 0)
    expect(put(store, 3, 0)).toEqual({ kind: 'refused', reason: 'maxPeers' })
    expect(put(store, 3, 0, targetOf(2))).toEqual({ kind: 'refused', reason: 'maxPeers' })
    expect(hasRoom(store, 3, 0)).toBe(false)
    expect(put(store, 1, 0).kind).toBe('renewed')
  })

  it('room comes back when an entry lapses, at every bound', () => {
    for (const bound of ['maxPeers', 'maxKeys', 'maxPeersPerKey', 'maxPeersPerSource'] as const) {
      const store = storeOf({ [bound]: 1 })
      const other = bound === 'maxPeersPerKey' ? target : targetOf(2)
      const peer = peerOf(bound === 'maxPeersPerSource' ? 1 : 2)
      put(store, 1, 0)
      const second = { target: other, publisher: 'second', peer, address: addressOf(peer) }
      expect(store.put(second, HOUR_MS)).toEqual({ kind: 'refused', reason: bound })
      expect(store.hasRoom(second, HOUR_MS)).toBe(false)
      expect(store.hasRoom(second, HOUR_MS + 1)).toBe(true)
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

  it('BUG-25: a flood from many addresses displaces nobody and is gone in an hour', () => {
    const store = storeOf({ maxPeers: 300, maxKeys: 200 })
    put(store, 1, 0)
    for (let i = 0; i < 2_000; i += 1) {
      const at = targetOf(i % 256)
      store.put({ target: at, publisher: `flood ${i}`, peer: peerOf(i) }, 1)
      expect(store.size).toBeLessThanOrEqual(300)
      expect(store.keys).toBeLessThanOrEqual(200)
    }
    expect(store.size).toBe(300)
    expect(numbers(store.peers(target, 1))).toContain(1)
    expect(store.expire(HOUR_MS + 2)).toBe(300)
    expect([store.size, store.keys, store.sources]).toEqual([0, 0, 0])
  })
})
