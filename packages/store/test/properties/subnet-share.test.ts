// A subnet fills at most its share of the room that others leave, so a few subnets can't fill a
// store.

import { type Id, idFromBytes } from '@dht/id'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PeerStore, PutOutcome } from '../../src/index.ts'
import { storeOf } from '../support/world.ts'

const MAX_KEYS = 2_000
const WIDE = {
  maxKeys: MAX_KEYS,
  maxPeers: 20_000,
  maxPeersPerSource: 20_000,
  maxPeersPerSourceAndKey: 500,
}

/** A target of four bytes. */
function targetOf(number: number): Id {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, number)
  return idFromBytes(bytes)
}

function put(store: PeerStore, address: readonly number[], target: number): PutOutcome {
  const peer = Uint8Array.of(...address, 0, 80)
  return store.put({ target: targetOf(target), peer, sourcePort: 80 }, 0)
}

/** Addresses of subnet `n`. */
const ipv4 = (n: number, host: number) => [45, n >> 8, n & 255, host & 255]
const ipv6 = (n: number, host: number) => {
  return [0x2a, 0x01, 0, 0, n >> 8, n & 255, host >> 8, host & 255, ...new Array(8).fill(1)]
}

/** One subnet puts under one new target after another. @returns how many were accepted */
function flood(store: PeerStore, addressOf: (host: number) => readonly number[], from = 0) {
  let accepted = 0
  for (let n = 0; n < 2 * MAX_KEYS; n++) {
    if (put(store, addressOf(n), from + n).kind === 'added') accepted++
  }
  return accepted
}

describe.each([
  ['IPv4', ipv4],
  ['IPv6', ipv6],
] as const)('STORE-63: subnets of %s that put without end', (_family, addressOf) => {
  it('leave (7/8)^n of the targets, and room for every newcomer', () => {
    const store = storeOf(WIDE)
    for (let n = 0; n < 30; n++) {
      flood(store, (host) => addressOf(n, host), n * 2 * MAX_KEYS)
      const free = MAX_KEYS - store.keys
      // Each takes a whole number of targets: the next one above its share.
      expect(Math.abs(free - MAX_KEYS * (7 / 8) ** (n + 1))).toBeLessThan(9)
      const newcomer = addressOf(1_000 + n, 1)
      expect(put(store, newcomer, 2 ** 31).kind).toBe('added')
      const sender = { target: targetOf(2 ** 31), address: Uint8Array.from(newcomer) }
      expect(store.withdraw({ ...sender, sourcePort: 80 }, 0)).toBe(1)
    }
  })

  it('are refused by name, and may renew what they hold', () => {
    const store = storeOf(WIDE)
    const held = flood(store, (host) => addressOf(1, host))
    expect(held).toBe(MAX_KEYS / 8)
    const refused = { kind: 'refused', reason: 'subnetShare' }
    expect(put(store, addressOf(1, 9), 2 ** 30)).toEqual(refused)
    for (let n = 0; n < held; n++) expect(put(store, addressOf(1, n), n).kind).toBe('renewed')
  })
})

describe('STORE-63: no share is kept', () => {
  it.each([[[10, 1, 2]], [[127, 0, 0]], [[192, 168, 1]], [[100, 64, 0]]])(
    'of the local addresses %s.x',
    (prefix) => {
      expect(flood(storeOf(WIDE), (host) => [...prefix, host & 255])).toBe(MAX_KEYS)
    },
  )

  it('where it is switched off', () => {
    const store = storeOf({ ...WIDE, subnetShare: 1 })
    expect(flood(store, (host) => ipv4(1, host))).toBe(MAX_KEYS)
  })
})

it('STORE-63: a subnet that holds nothing is accepted as long as there is room', () => {
  const puts = fc.array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 30 })), { maxLength: 200 })
  const share = fc.double({ min: 0.01, max: 1, noNaN: true })
  fc.assert(
    fc.property(puts, share, (all, subnetShare) => {
      const store = storeOf({ maxKeys: 12, maxPeers: 30, subnetShare })
      for (const [n, [subnet, target]] of all.entries()) put(store, ipv4(subnet, n), target)
      const isFull = store.keys === 12 || store.size === 30
      expect(put(store, ipv4(99, 1), 1_000).kind).toBe(isFull ? 'refused' : 'added')
    }),
  )
})
