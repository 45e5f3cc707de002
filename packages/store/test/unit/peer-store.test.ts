import { idFromBytes } from '@dht/id'
import { describe, expect, it } from 'vitest'
import { PeerStore } from '../../src/index.ts'
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

/** Two publishers of one fingerprint under a secret of zeros, found by trying 109,800 texts. */
const TWINS = ['10.1.33.43:6881', '10.1.172.232:6881'] as const

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

  it('one peer per target and publisher: another port, address or size replaces', () => {
    const store = storeOf()
    const entry = { target, publisher: 'a' }
    const peers = [peerOf(1), peerOf(1, 6, 2), peerOf(2, 18), peerOf(2)]
    expect(store.put({ ...entry, peer: peers[0]! }, 0)).toEqual({ kind: 'added' })
    for (const at of [1, 2, 3]) {
      const outcome = store.put({ ...entry, peer: peers[at]! }, at)
      expect(outcome).toEqual({ kind: 'replaced', previous: peers[at - 1] })
      expect(store.peers(target, at)).toEqual([peers[at]])
      expect([store.size, store.keys, store.sources]).toEqual([1, 1, 1])
      expect(store.snapshot(at).entries[0]?.stampedAt).toBe(at)
    }
    expect(store.sample({ target, count: 9, size: 18 }, 3)).toEqual([])
  })

  it('several publishers at one address, and even of one peer, are kept apart', () => {
    const store = storeOf()
    for (const [publisher, port] of [
      ['a', 1],
      ['b', 2],
      ['c', 2],
    ] as const) {
      const outcome = store.put({ target, publisher, peer: peerOf(1, 6, port) }, 0)
      expect(outcome).toEqual({ kind: 'added' })
    }
    expect(store.put({ target, publisher: 'b', peer: peerOf(1, 6, 3) }, 1).kind).toBe('replaced')
    const left = [peerOf(1, 6, 1), peerOf(1, 6, 2), peerOf(1, 6, 3)]
    expect(store.peers(target, 1)).toEqual(left)
    expect([store.size, store.keys, store.sources]).toEqual([3, 1, 1])
  })

  it('notices a difference in any byte of a peer', () => {
    for (const size of [6, 18]) {
      for (let byte = 0; byte < size; byte += 1) {
        const store = storeOf()
        const peer = peerOf(1, size)
        store.put({ target, publisher: 'a', peer }, 0)
        peer[byte] = (peer[byte] as number) ^ 1
        expect(store.put({ target, publisher: 'a', peer }, 0).kind).toBe('replaced')
        expect(store.put({ target, publisher: 'a', peer }, 0).kind).toBe('renewed')
      }
    }
  })

  it('copies what it takes and what it gives', () => {
    const store = storeOf()
    const peer = peerOf(7)
    store.put({ target, publisher: 'a', peer }, 0)
    peer.fill(0)
    store.peers(target, 0)[0]?.fill(0)
    store.sample({ target, count: 1, size: 6 }, 0)[0]?.fill(0)
    store.snapshot(0).entries[0]?.peer.fill(0)
    expect(store.peers(target, 0)).toEqual([peerOf(7)])
  })

  it('keeps peers of both sizes apart in samples', () => {
    const store = storeOf()
    for (let i = 0; i < 5; i += 1) {
      store.put({ target, publisher: `v4 ${i}`, peer: peerOf(i) }, 0)
      store.put({ target, publisher: `v6 ${i}`, peer: peerOf(i, 18) }, 0)
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
    expect(hasRoom(store, 2, 2_000 * HOUR_MS)).toBe(true)
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

describe('arguments', () => {
  it.each([0, 5, 7, 17, 19])('refuses peers of %i bytes', (length) => {
    const store = storeOf()
    const entry = { target, publisher: 'a', peer: new Uint8Array(length) }
    const wrong = expect.objectContaining({ code: 'ERR_DHT_STORE_ARGUMENT', argument: 'peer' })
    expect(() => store.put(entry, 0)).toThrow(wrong)
    expect(() => store.sample({ target, count: 1, size: length }, 0)).toThrow(wrong)
    expect(store.size).toBe(0)
  })

  it.each([0, 3, 5, 6, 15, 17, 18])('refuses addresses of %i bytes', (length) => {
    const query = { target, publisher: 'a', address: new Uint8Array(length) }
    expect(() => storeOf().hasRoom(query, 0)).toThrow(
      expect.objectContaining({ code: 'ERR_DHT_STORE_ARGUMENT', argument: 'address' }),
    )
  })

  it('refuses a publisher of more than 128 characters', () => {
    const store = storeOf()
    const long = { target, publisher: 'x'.repeat(129) }
    expect(() => store.put({ ...long, peer: peerOf(1) }, 0)).toThrow(/publisher/)
    expect(() => store.hasRoom({ ...long, address: addressOf(peerOf(1)) }, 0)).toThrow(/publisher/)
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

  it('tells targets and publishers apart by every byte', () => {
    const store = storeOf()
    for (let byte = 0; byte < 20; byte += 1) {
      const id = new Uint8Array(20)
      id[byte] = 1
      const publisher = `${'x'.repeat(byte)}y${'x'.repeat(20 - byte)}`
      store.put({ target: idFromBytes(id), publisher, peer: peerOf(1) }, 0)
      const outcome = store.put(
        { target: idFromBytes(new Uint8Array(20)), publisher, peer: peerOf(1) },
        0,
      )
      expect(outcome).toEqual({ kind: 'added' })
    }
    expect([store.size, store.keys, store.sources]).toEqual([40, 21, 1])
    const labels = new Set(store.snapshot(0).entries.map(({ publisher }) => publisher))
    expect(labels.size).toBe(20)
    for (const label of labels) expect(label).toMatch(/^[0-9a-f]{8}$/)
  })

  it('tells sources apart by every byte of an address and none of a port', () => {
    for (const size of [6, 18]) {
      for (let byte = 0; byte < size; byte += 1) {
        const store = storeOf()
        const peer = new Uint8Array(size)
        store.put({ target, publisher: 'a', peer }, 0)
        peer[byte] = 1
        store.put({ target, publisher: 'b', peer }, 0)
        expect(store.sources).toBe(byte < size - 2 ? 2 : 1)
      }
    }
  })

  it('takes two publishers of one fingerprint for one, and nothing else goes wrong', () => {
    const [one, other] = TWINS
    const store = new PeerStore((length) => new Uint8Array(length))
    store.put({ target, publisher: one, peer: peerOf(1) }, 0)
    const outcome = store.put({ target, publisher: other, peer: peerOf(2) }, 0)
    expect(outcome).toEqual({ kind: 'replaced', previous: peerOf(1) })
    store.put({ target: targetOf(2), publisher: one, peer: peerOf(1) }, 0)
    expect([store.size, store.keys, store.sources]).toEqual([2, 2, 2])
    expect(store.expire(HOUR_MS + 1)).toBe(2)
    expect([store.size, store.keys, store.sources]).toEqual([0, 0, 0])
  })
})
