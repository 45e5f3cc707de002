// Each law of a store's state finds a state that breaks it. The states are made by hand.

import { seededRandom } from '@dht/testing'
import { describe, expect, it } from 'vitest'
import { PeerStore, type PeerStoreConfig, type PeerStoreSnapshot } from '../../src/index.ts'
import { type Counts, countsOf, storeViolations } from '../support/store-laws.ts'
import { addressOf, peerOf, targetOf } from '../support/world.ts'

const CONFIG: PeerStoreConfig = {
  lifetimeMs: 100,
  maxKeys: 2,
  maxPeersPerKey: 3,
  maxPeersPerSource: 3,
  maxPeersPerSourceAndKey: 2,
  maxPeers: 4,
  subnetShare: 1,
}

type Entry = PeerStoreSnapshot['peers'][number]

const entry = (key: number, peer: Uint8Array, stampedAt = 5, othersAt = stampedAt): Entry => ({
  target: Uint8Array.of(key),
  peer,
  sourcePort: 1,
  address: addressOf(peer),
  stampedAt,
  seed: false,
  othersAt,
})

const [HOME, AWAY] = [peerOf(1), peerOf(2)]

/** The counts that fit these peers, so that only the peers are wrong. */
function countsFor(entries: readonly Entry[]): Counts {
  const all = (by: (each: Entry) => unknown) =>
    new Set(entries.map((each) => String(by(each)))).size
  return {
    size: entries.length,
    keys: all(({ target }) => target),
    sources: all(({ address }) => address),
    nextExpiryAt: entries[0] && entries[0].stampedAt + 101,
  }
}

const check = (entries: readonly Entry[], at = 10) =>
  storeViolations({ at, peers: entries }, CONFIG, countsFor(entries)).map(
    (one) => one.split(':')[0],
  )

describe('the laws of a store', () => {
  const store = new PeerStore(seededRandom(1), CONFIG)
  store.put({ target: targetOf(1), peer: HOME, sourcePort: 1 }, 5)
  store.put({ target: targetOf(2), peer: AWAY, sourcePort: 1 }, 6)

  it('find nothing wrong with a valid state', () => {
    expect(storeViolations(store.snapshot(10), CONFIG, countsOf(store))).toEqual([])
    expect(check([])).toEqual([])
    expect(check([entry(1, HOME)], 105)).toEqual([])
  })

  const many = (count: number, make: (at: number) => Entry) =>
    Array.from({ length: count }, (_, at) => make(at))

  it.each<[string, readonly Entry[]]>([
    ['STORE-52, all', many(5, (at) => entry(at % 2, peerOf(at)))],
    ['STORE-52, key', many(4, (at) => entry(1, peerOf(at)))],
    ['STORE-52, keys', many(3, (at) => entry(at, HOME))],
    ['STORE-52, source', many(4, (at) => entry(at % 2, peerOf(1, 6, at)))],
    ['STORE-52, source and key', many(3, (at) => entry(1, peerOf(1, 6, at)))],
    ['STORE-3', [entry(1, HOME), entry(1, HOME)]],
    ['STORE-4', [entry(1, HOME, 6), entry(1, AWAY, 5)]],
    ['STORE-5', [entry(1, HOME, -91)]],
    ['STORE-2', [entry(1, HOME, 11)]],
    ['STORE-59', [entry(1, HOME, 5, 6)]],
  ])('%s is broken, and no other', (law, entries) => {
    expect(check(entries)).toEqual([law])
  })

  it.each<[keyof Counts, Partial<Counts>]>([
    ['size', { size: 1 }],
    ['keys', { keys: 3 }],
    ['sources', { sources: 1 }],
    ['nextExpiryAt', { nextExpiryAt: undefined }],
    ['nextExpiryAt', { nextExpiryAt: 105 }],
  ])('STORE-55: a wrong %s', (name, wrong) => {
    const found = storeViolations(store.snapshot(10), CONFIG, { ...countsOf(store), ...wrong })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(`STORE-55: ${name}`)
  })

  it('STORE-3, STORE-4, STORE-5, STORE-52: all violations are reported together', () => {
    const entries = [...many(4, () => entry(1, HOME, 11)), entry(2, HOME, -91)]
    expect([...new Set(check(entries))].sort()).toEqual([
      ...['STORE-2', 'STORE-3', 'STORE-4', 'STORE-5', 'STORE-52, all', 'STORE-52, key'],
      ...['STORE-52, source', 'STORE-52, source and key'],
    ])
  })
})
