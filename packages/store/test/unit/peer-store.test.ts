import { idFromBytes } from '@dht/id'
import { describe, expect, it } from 'vitest'
import { PeerStore } from '../../src/index.ts'
import {
  addressOf,
  boundReached,
  HOUR_MS,
  hexOf,
  numbers,
  peerOf,
  put,
  storeOf,
  target,
  targetOf,
} from '../support/world.ts'

/** Two peers with the same fingerprint under a secret of zeros, found by 138,295 trials. */
const TWINS = [
  Uint8Array.of(10, 0, 170, 135, 0x1a, 0xe1),
  Uint8Array.of(10, 2, 28, 55, 0x1a, 0xe1),
] as const

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

  it('STORE-58: a peer that comes from another port is renewed and returned once', () => {
    const store = storeOf()
    for (const [now, sourcePort] of [4001, 4002, 4003, 4004, 4005].entries()) {
      const { kind } = store.put({ target, peer: peerOf(1), sourcePort }, now)
      expect(kind).toBe(now === 0 ? 'added' : 'renewed')
    }
    expect(store.peers(target, 5)).toEqual([peerOf(1)])
    expect([store.size, store.keys, store.sources]).toEqual([1, 1, 1])
    expect(store.peers(target, 4 + HOUR_MS)).toHaveLength(1)
    expect(store.peers(target, 5 + HOUR_MS)).toHaveLength(0)
  })

  it('STORE-58: another port, address or size is another peer', () => {
    const store = storeOf()
    const peers = [peerOf(1), peerOf(1, 6, 2), peerOf(2, 18), peerOf(2)]
    for (const peer of peers) {
      expect(store.put({ target, peer, sourcePort: 1 }, 0)).toEqual({ kind: 'added' })
    }
    expect(store.peers(target, 0).map(hexOf).sort()).toEqual(peers.map(hexOf).sort())
    expect([store.size, store.keys, store.sources]).toEqual([4, 1, 3])
  })

  it('distinguishes peers that differ in any byte', () => {
    for (const size of [6, 18]) {
      for (let byte = 0; byte < size; byte += 1) {
        const store = storeOf()
        const peer = peerOf(1, size)
        const entry = { target, peer, sourcePort: 1 }
        store.put(entry, 0)
        peer[byte] = (peer[byte] as number) ^ 1
        expect(store.put(entry, 0).kind).toBe('added')
        expect(store.put(entry, 0).kind).toBe('renewed')
      }
    }
  })

  it('copies its input and its output', () => {
    const store = storeOf()
    const peer = peerOf(7)
    store.put({ target, peer, sourcePort: 1 }, 0)
    peer.fill(0)
    store.peers(target, 0)[0]?.fill(0)
    store.sample({ target, count: 1, size: 6 }, 0)[0]?.fill(0)
    store.snapshot(0).peers[0]?.peer.fill(0)
    expect(store.peers(target, 0)).toEqual([peerOf(7)])
  })

  it('samples contain peers of one size only', () => {
    const store = storeOf()
    for (let i = 0; i < 5; i += 1) {
      store.put({ target, peer: peerOf(i), sourcePort: 1 }, 0)
      store.put({ target, peer: peerOf(i, 18), sourcePort: 1 }, 0)
    }
    const six = store.sample({ target, count: 9, size: 18 }, 0)
    expect(six.map(hexOf).sort()).toEqual([0, 1, 2, 3, 4].map((i) => hexOf(peerOf(i, 18))))
    expect(store.sample({ target, count: 3, size: 6 }, 0)).toHaveLength(3)
    expect(store.sample({ target, count: 0, size: 6 }, 0)).toEqual([])
    expect(store.peers(target, 0)).toHaveLength(10)
  })
})

describe('lifetime', () => {
  it('STORE-5, STORE-51: a peer is returned at an age of exactly an hour, not 1 ms later', () => {
    for (const [age, found] of [
      [HOUR_MS - 1, 1],
      [HOUR_MS, 1],
      [HOUR_MS + 1, 0],
    ] as const) {
      const ask: ((store: PeerStore, now: number) => number)[] = [
        (store, now) => store.peers(target, now).length,
        (store, now) => store.sample({ target, count: 8, size: 6 }, now).length,
        (store, now) => store.snapshot(now).peers.length,
        (store, now) => 1 - store.expire(now),
      ]
      for (const answer of ask) {
        const store = storeOf()
        put(store, 1, 500)
        expect(answer(store, 500 + age)).toBe(found)
      }
    }
  })

  it('STORE-54: after a jump past a lifetime no old peer is returned, before any sweep', () => {
    const store = storeOf({ maxPeers: 1 })
    put(store, 1, 0)
    expect(store.sample({ target, count: 8, size: 6 }, 1_000 * HOUR_MS)).toEqual([])
    put(store, 1, 1_000 * HOUR_MS)
    expect(boundReached(store, 2, 2_000 * HOUR_MS)).toBeUndefined()
    expect([store.size, store.keys, store.sources]).toEqual([0, 0, 0])
  })

  it('its time does not pass while the clock is behind, and goes on afterwards', () => {
    const store = storeOf()
    put(store, 1, 1_000)
    put(store, 2, 0)
    expect(numbers(store.peers(target, -HOUR_MS))).toEqual([1, 2])
    expect(store.snapshot(0).peers.map(({ stampedAt }) => stampedAt)).toEqual([1_000, 1_000])
    expect(store.snapshot(0).at).toBe(1_000)
    expect(store.peers(target, 1_000 + HOUR_MS)).toHaveLength(2)
    expect(store.peers(target, 1_001 + HOUR_MS)).toHaveLength(0)
  })

  it('STORE-6, BUG-24: nextExpiryAt is the next instant at which a sweep removes a peer', () => {
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

describe('withdrawal', () => {
  const address = addressOf(peerOf(1))
  const putFrom = (store: PeerStore, sourcePort: number, now: number) =>
    store.put({ target, peer: peerOf(1), sourcePort }, now)

  it('STORE-59: removes what this address and port stored at the target, and nothing else', () => {
    const store = storeOf()
    const of = (sourcePort: number, peer: Uint8Array, at = target) =>
      store.put({ target: at, peer, sourcePort }, 0)
    of(4001, peerOf(1, 6, 80))
    of(4001, peerOf(1, 6, 81))
    of(4002, peerOf(1, 6, 82))
    of(4001, peerOf(2, 6, 80))
    of(4001, peerOf(1, 18, 80))
    of(4001, peerOf(1, 6, 80), targetOf(2))
    expect(store.withdraw({ target, address, sourcePort: 4001 }, 1)).toBe(2)
    const left = [peerOf(1, 6, 82), peerOf(2, 6, 80), peerOf(1, 18, 80)]
    expect(store.peers(target, 1).map(hexOf).sort()).toEqual(left.map(hexOf).sort())
    expect(store.peers(targetOf(2), 1)).toHaveLength(1)
    expect(store.withdraw({ target, address, sourcePort: 4001 }, 2)).toBe(0)
    expect(store.withdraw({ target: targetOf(3), address, sourcePort: 4001 }, 2)).toBe(0)
    expect([store.size, store.keys, store.sources]).toEqual([4, 2, 3])
  })

  it('STORE-59: keeps a peer that another port has put too, whichever was first', () => {
    for (const ports of [
      [4001, 4002],
      [4001, 4002, 4001],
    ]) {
      const store = storeOf()
      ports.forEach((port, now) => void putFrom(store, port, now))
      for (const sourcePort of [4001, 4002]) {
        expect(store.withdraw({ target, address, sourcePort }, 10)).toBe(0)
      }
      expect(store.peers(target, 10)).toHaveLength(1)
    }
  })

  it('STORE-59: removes it when no other port has put it for a lifetime, not earlier', () => {
    const store = storeOf()
    putFrom(store, 4001, 0)
    putFrom(store, 4002, 10)
    putFrom(store, 4001, 20)
    putFrom(store, 4001, HOUR_MS)
    const sender = { target, address, sourcePort: 4001 }
    expect(store.withdraw(sender, 10 + HOUR_MS)).toBe(0)
    expect(store.withdraw({ ...sender, sourcePort: 4002 }, 11 + HOUR_MS)).toBe(0)
    expect(store.withdraw(sender, 11 + HOUR_MS)).toBe(1)
  })

  it('makes room at every bound', () => {
    for (const bound of ['maxPeers', 'maxKeys', 'maxPeersPerKey', 'maxPeersPerSource'] as const) {
      const store = storeOf({ [bound]: 1 })
      putFrom(store, 4001, 0)
      const other = { target: bound === 'maxPeersPerKey' ? target : targetOf(2), sourcePort: 1 }
      const second = { ...other, peer: bound === 'maxPeersPerSource' ? peerOf(1) : peerOf(2) }
      expect(store.put(second, 1)).toEqual({ kind: 'refused', reason: bound })
      store.withdraw({ target, address, sourcePort: 4001 }, 2)
      expect(store.put(second, 3)).toEqual({ kind: 'added' })
    }
  })
})

describe('arguments', () => {
  it.each([0, 5, 7, 17, 19])('refuses peers of %i bytes', (length) => {
    const store = storeOf()
    const entry = { target, peer: new Uint8Array(length), sourcePort: 1 }
    const wrong = expect.objectContaining({
      code: 'ERR_DHT_STORE_ARGUMENT',
      argument: expect.stringMatching(/^(peer|size)$/),
    })
    expect(() => store.put(entry, 0)).toThrow(wrong)
    expect(() => store.sample({ target, count: 1, size: length }, 0)).toThrow(wrong)
    expect(store.size).toBe(0)
  })

  it.each([0, 3, 5, 6, 15, 17, 18])('refuses addresses of %i bytes', (length) => {
    const query = { target, address: new Uint8Array(length), sourcePort: 1 }
    const wrong = { code: 'ERR_DHT_STORE_ARGUMENT', argument: 'address' }
    expect(() => storeOf().boundReached(query, 0)).toThrow(expect.objectContaining(wrong))
    expect(() => storeOf().withdraw(query, 0)).toThrow(expect.objectContaining(wrong))
  })

  it.each([-1, 1.5, 65_536, Number.NaN])('refuses %d as the port of a sender', (sourcePort) => {
    const wrong = { code: 'ERR_DHT_STORE_ARGUMENT', argument: 'sourcePort' }
    const sender = { target, address: addressOf(peerOf(1)), sourcePort }
    expect(() => storeOf().put({ ...sender, peer: peerOf(1) }, 0)).toThrow(
      expect.objectContaining(wrong),
    )
    expect(() => storeOf().withdraw(sender, 0)).toThrow(expect.objectContaining(wrong))
  })

  it('accepts targets of one width at a time, whichever comes first', () => {
    const store = storeOf()
    const wide = idFromBytes(new Uint8Array(33).fill(9))
    put(store, 1, 0)
    expect(() => put(store, 1, 0, wide)).toThrow('target: expected 1 byte, as those held')
    expect(store.peers(wide, 0)).toEqual([])
    expect(put(store, 1, HOUR_MS + 1, wide)).toEqual({ kind: 'added' })
    expect(store.snapshot(HOUR_MS + 1).peers[0]?.target).toEqual(Uint8Array.from(wide))
    expect([store.size, store.keys]).toEqual([1, 1])
  })

  it('distinguishes targets by every byte', () => {
    const store = storeOf()
    for (let byte = 0; byte < 20; byte += 1) {
      const id = new Uint8Array(20)
      id[byte] = 1
      const outcome = store.put({ target: idFromBytes(id), peer: peerOf(1), sourcePort: 1 }, 0)
      expect(outcome).toEqual({ kind: 'added' })
    }
    expect([store.size, store.keys, store.sources]).toEqual([20, 20, 1])
  })

  it('distinguishes sources by an IPv4 address or an IPv6 /64, and not by the port', () => {
    for (const size of [6, 18]) {
      for (let byte = 0; byte < size; byte += 1) {
        const store = storeOf()
        const peer = new Uint8Array(size)
        store.put({ target, peer, sourcePort: 1 }, 0)
        peer[byte] = 1
        store.put({ target, peer, sourcePort: 1 }, 0)
        expect(store.sources).toBe(byte < (size === 6 ? 4 : 8) ? 2 : 1)
      }
    }
  })

  it('one of two peers with the same fingerprint replaces the other', () => {
    const [one, other] = TWINS
    const store = new PeerStore((length) => new Uint8Array(length))
    const sourcePort = 1
    store.put({ target, peer: one, sourcePort }, 0)
    expect(store.put({ target, peer: other, sourcePort }, 0)).toEqual({ kind: 'added' })
    expect(store.peers(target, 0)).toEqual([other])
    store.put({ target: targetOf(2), peer: one, sourcePort }, 0)
    expect([store.size, store.keys, store.sources]).toEqual([2, 2, 2])
    expect(store.expire(HOUR_MS + 1)).toBe(2)
    expect([store.size, store.keys, store.sources]).toEqual([0, 0, 0])
  })
})
