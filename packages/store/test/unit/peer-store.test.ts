import { idFromBytes } from '@dht/id'
import { seededRandom } from '@dht/testing'
import { describe, expect, it } from 'vitest'
import { PeerStore, type PeerStoreOptions } from '../../src/index.ts'
import { HOUR_MS, hexOf, peerOf, targetOf } from '../support/world.ts'

const target = targetOf(1)
const storeOf = (options: PeerStoreOptions = {}): PeerStore =>
  new PeerStore(seededRandom(1), options)

/** Puts peer `number` under a target as the source of that number. */
function put(store: PeerStore, number: number, now: number, at = target) {
  return store.put({ target: at, source: `10.0.0.${number}`, peer: peerOf(number) }, now)
}

const numbers = (peers: readonly Uint8Array[]): number[] =>
  peers.map((peer) => new DataView(peer.buffer, peer.byteOffset).getUint32(0))

describe('PeerStore', () => {
  it('STORE-2, STORE-7: keeps several peers of a target, oldest stamp first', () => {
    const store = storeOf()
    expect(put(store, 3, 10)).toEqual({ kind: 'added' })
    expect(put(store, 1, 20)).toEqual({ kind: 'added' })
    expect(put(store, 2, 30)).toEqual({ kind: 'added' })
    expect(numbers(store.peers(target, 40))).toEqual([3, 1, 2])
    expect([store.size, store.keys, store.sources]).toEqual([3, 1, 3])
    expect(store.peers(targetOf(2), 40)).toEqual([])
  })

  it('STORE-3, TOKEN-8: the same put again only renews the stamp', () => {
    const store = storeOf()
    put(store, 1, 0)
    put(store, 2, 10)
    expect(put(store, 1, 20)).toEqual({ kind: 'renewed' })
    expect(numbers(store.peers(target, 20))).toEqual([2, 1])
    expect(store.size).toBe(2)
    expect(numbers(store.peers(target, HOUR_MS + 20))).toEqual([1])
  })

  it('one peer per target and source: another port, or another size, replaces', () => {
    const store = storeOf()
    const entry = { target, source: '10.0.0.1' }
    store.put({ ...entry, peer: peerOf(1) }, 0)
    const second = store.put({ ...entry, peer: peerOf(2, 18) }, 1)
    expect(second).toEqual({ kind: 'replaced', previous: peerOf(1) })
    expect(store.put({ ...entry, peer: peerOf(3) }, 2)).toEqual({
      kind: 'replaced',
      previous: peerOf(2, 18),
    })
    expect(numbers(store.peers(target, 2))).toEqual([3])
    expect(store.sample({ target, count: 9, size: 18 }, 2)).toEqual([])
    expect([store.size, store.keys, store.sources]).toEqual([1, 1, 1])
    expect(store.snapshot(2).entries[0]?.stampedAt).toBe(2)
  })

  it('notices a difference in any byte of a peer', () => {
    for (const size of [6, 18]) {
      for (let byte = 0; byte < size; byte += 1) {
        const store = storeOf()
        const peer = peerOf(1, size)
        store.put({ target, source: 'a', peer }, 0)
        peer[byte] = (peer[byte] as number) ^ 1
        expect(store.put({ target, source: 'a', peer }, 0).kind).toBe('replaced')
        expect(store.put({ target, source: 'a', peer }, 0).kind).toBe('renewed')
      }
    }
  })

  it('copies what it takes and what it gives', () => {
    const store = storeOf()
    const peer = peerOf(7)
    store.put({ target, source: 'a', peer }, 0)
    peer.fill(0)
    store.peers(target, 0)[0]?.fill(0)
    store.sample({ target, count: 1, size: 6 }, 0)[0]?.fill(0)
    store.snapshot(0).entries[0]?.peer.fill(0)
    expect(store.peers(target, 0)).toEqual([peerOf(7)])
  })

  it('keeps peers of both sizes apart in samples', () => {
    const store = storeOf()
    for (let i = 0; i < 5; i += 1) {
      store.put({ target, source: `v4 ${i}`, peer: peerOf(i) }, 0)
      store.put({ target, source: `v6 ${i}`, peer: peerOf(i, 18) }, 0)
    }
    const six = store.sample({ target, count: 9, size: 18 }, 0)
    expect(six.map(hexOf).sort()).toEqual([0, 1, 2, 3, 4].map((i) => hexOf(peerOf(i, 18))))
    expect(store.sample({ target, count: 3, size: 6 }, 0)).toHaveLength(3)
    expect(store.sample({ target, count: 0, size: 6 }, 0)).toEqual([])
    expect(store.peers(target, 0)).toHaveLength(10)
  })
})

describe('life', () => {
  it('STORE-5, STORE-51: lives at an age of exactly an hour, not 1 ms longer', () => {
    for (const [age, found] of [
      [HOUR_MS - 1, 1],
      [HOUR_MS, 1],
      [HOUR_MS + 1, 0],
    ] as const) {
      const ask: ((store: PeerStore, now: number) => number)[] = [
        (store, now) => store.peers(target, now).length,
        (store, now) => store.sample({ target, count: 8, size: 6 }, now).length,
        (store, now) => store.snapshot(now).entries.length,
        (store, now) => 1 - store.expire(now),
      ]
      for (const answer of ask) {
        const store = storeOf()
        put(store, 1, 500)
        expect(answer(store, 500 + age)).toBe(found)
      }
    }
  })

  it('STORE-54: after a jump past a lifetime nothing old is served, before any sweep', () => {
    const store = storeOf({ maxPeers: 1 })
    put(store, 1, 0)
    expect(store.sample({ target, count: 8, size: 6 }, 1_000 * HOUR_MS)).toEqual([])
    put(store, 1, 1_000 * HOUR_MS)
    expect(store.hasRoom({ target, source: 'other' }, 2_000 * HOUR_MS)).toBe(true)
    expect([store.size, store.keys, store.sources]).toEqual([0, 0, 0])
  })

  it('stands still while the clock runs back, and goes on when it has caught up', () => {
    const store = storeOf()
    put(store, 1, 1_000)
    put(store, 2, 0)
    expect(numbers(store.peers(target, -HOUR_MS))).toEqual([1, 2])
    expect(store.snapshot(0).entries.map(({ stampedAt }) => stampedAt)).toEqual([1_000, 1_000])
    expect(store.snapshot(0).at).toBe(1_000)
    expect(store.peers(target, 1_000 + HOUR_MS)).toHaveLength(2)
    expect(store.peers(target, 1_001 + HOUR_MS)).toHaveLength(0)
  })

  it('STORE-6, BUG-24: says when to sweep next, and never in vain', () => {
    const store = storeOf()
    expect(store.nextExpiryAt()).toBeUndefined()
    put(store, 1, 100)
    put(store, 2, 200)
    expect(store.nextExpiryAt()).toBe(HOUR_MS + 101)
    put(store, 1, 300)
    expect(store.nextExpiryAt()).toBe(HOUR_MS + 201)
    expect(store.expire(HOUR_MS + 201)).toBe(1)
    expect(store.expire(HOUR_MS + 301)).toBe(1)
    expect(store.nextExpiryAt()).toBeUndefined()
  })
})

describe('bounds', () => {
  it('BUG-25, STORE-52: maxPeersPerKey refuses newcomers and renews members', () => {
    const store = storeOf({ maxPeersPerKey: 2 })
    put(store, 1, 0)
    put(store, 2, 0)
    expect(put(store, 3, 0)).toEqual({ kind: 'refused', reason: 'maxPeersPerKey' })
    expect(store.hasRoom({ target, source: '10.0.0.3' }, 0)).toBe(false)
    expect(store.hasRoom({ target, source: '10.0.0.2' }, 0)).toBe(true)
    expect(put(store, 2, 1)).toEqual({ kind: 'renewed' })
    expect(put(store, 3, 0, targetOf(2))).toEqual({ kind: 'added' })
  })

  it('BUG-25, STORE-52: maxPeersPerKey counts both sizes together', () => {
    const store = storeOf({ maxPeersPerKey: 2 })
    store.put({ target, source: 'a', peer: peerOf(1) }, 0)
    store.put({ target, source: 'b', peer: peerOf(2, 18) }, 0)
    expect(put(store, 3, 0).kind).toBe('refused')
  })

  it('BUG-25, STORE-53: maxPeersPerSource holds over all targets', () => {
    const store = storeOf({ maxPeersPerSource: 2 })
    put(store, 1, 0, targetOf(1))
    put(store, 1, 0, targetOf(2))
    expect(put(store, 1, 0, targetOf(3))).toEqual({ kind: 'refused', reason: 'maxPeersPerSource' })
    expect(store.hasRoom({ target: targetOf(3), source: '10.0.0.1' }, 0)).toBe(false)
    expect(put(store, 1, 1, targetOf(2))).toEqual({ kind: 'renewed' })
    expect(put(store, 2, 0, targetOf(3))).toEqual({ kind: 'added' })
  })

  it('BUG-25: maxKeys refuses a new target and takes a known one', () => {
    const store = storeOf({ maxKeys: 2 })
    put(store, 1, 0, targetOf(1))
    put(store, 1, 0, targetOf(2))
    expect(put(store, 1, 0, targetOf(3))).toEqual({ kind: 'refused', reason: 'maxKeys' })
    expect(store.hasRoom({ target: targetOf(3), source: 'new' }, 0)).toBe(false)
    expect(put(store, 2, 0, targetOf(2))).toEqual({ kind: 'added' })
  })

  it('BUG-25: maxPeers refuses everybody new', () => {
    const store = storeOf({ maxPeers: 2 })
    put(store, 1, 0)
    put(store, 2, 0)
    expect(put(store, 3, 0)).toEqual({ kind: 'refused', reason: 'maxPeers' })
    expect(put(store, 3, 0, targetOf(2))).toEqual({ kind: 'refused', reason: 'maxPeers' })
    expect(store.hasRoom({ target, source: '10.0.0.3' }, 0)).toBe(false)
    expect(put(store, 1, 0).kind).toBe('renewed')
  })

  it('room comes back when an entry lapses, at every bound', () => {
    for (const bound of ['maxPeers', 'maxKeys', 'maxPeersPerKey', 'maxPeersPerSource'] as const) {
      const store = storeOf({ [bound]: 1 })
      const other = bound === 'maxPeersPerKey' ? target : targetOf(2)
      const source = bound === 'maxPeersPerSource' ? '10.0.0.1' : '10.0.0.2'
      put(store, 1, 0)
      const second = { target: other, source, peer: peerOf(2) }
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

  it('BUG-25: a flood of sources fills the store, displaces nobody and is gone in an hour', () => {
    const store = storeOf({ maxPeers: 300, maxKeys: 200 })
    put(store, 1, 0)
    for (let i = 0; i < 2_000; i += 1) {
      const at = targetOf(i % 256)
      store.put({ target: at, source: `flood ${i}`, peer: peerOf(i) }, 1)
      expect(store.size).toBeLessThanOrEqual(300)
      expect(store.keys).toBeLessThanOrEqual(200)
    }
    expect(store.size).toBe(300)
    expect(numbers(store.peers(target, 1))).toContain(1)
    expect(store.expire(HOUR_MS + 2)).toBe(300)
    expect([store.size, store.keys, store.sources]).toEqual([0, 0, 0])
  })
})

describe('arguments', () => {
  it.each([0, 5, 7, 17, 19])('refuses peers of %i bytes', (length) => {
    const store = storeOf()
    const entry = { target, source: 'a', peer: new Uint8Array(length) }
    const wrong = expect.objectContaining({ code: 'ERR_DHT_STORE_ARGUMENT', argument: 'peer' })
    expect(() => store.put(entry, 0)).toThrow(wrong)
    expect(() => store.sample({ target, count: 1, size: length }, 0)).toThrow(wrong)
    expect(store.size).toBe(0)
  })

  it('refuses a source of more than 128 characters', () => {
    const store = storeOf()
    const source = 'x'.repeat(129)
    expect(() => store.put({ target, source, peer: peerOf(1) }, 0)).toThrow(/source/)
    expect(() => store.hasRoom({ target, source }, 0)).toThrow(/source/)
  })

  it('holds targets of one width at a time, whichever comes first', () => {
    const store = storeOf()
    const wide = idFromBytes(new Uint8Array(33).fill(9))
    put(store, 1, 0)
    expect(() => put(store, 1, 0, wide)).toThrow('target: expected 1 bytes, as those held, got 33')
    expect(store.peers(wide, 0)).toEqual([])
    expect(put(store, 1, HOUR_MS + 1, wide)).toEqual({ kind: 'added' })
    expect(store.snapshot(HOUR_MS + 1).entries[0]?.target).toEqual(Uint8Array.from(wide))
    expect([store.size, store.keys]).toEqual([1, 1])
  })

  it('tells targets and sources apart by every byte', () => {
    const store = storeOf({ maxPeersPerSource: 1 })
    for (let byte = 0; byte < 20; byte += 1) {
      const id = new Uint8Array(20)
      id[byte] = 1
      const source = `${'x'.repeat(byte)}y${'x'.repeat(20 - byte)}`
      const outcome = store.put({ target: idFromBytes(id), source, peer: peerOf(byte) }, 0)
      expect(outcome).toEqual({ kind: 'added' })
    }
    expect([store.size, store.keys, store.sources]).toEqual([20, 20, 20])
    const labels = new Set(store.snapshot(0).entries.map(({ source }) => source))
    expect(labels.size).toBe(20)
    for (const label of labels) expect(label).toMatch(/^[0-9a-f]{16}$/)
  })
})
