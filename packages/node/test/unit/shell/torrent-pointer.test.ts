// Items that point to a torrent: the published targets, and what is written is read again.

import { idFromBytes, idToHex } from '@dht/id'
import { type BencodeValue, decodeValue, mainline } from '@dht/krpc'
import { anyId } from '@dht/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nodeCrypto } from '../../../src/adapters/node-crypto.ts'
import { DhtNodeError } from '../../../src/errors.ts'
import { toItemKey, toNewItem } from '../../../src/shell/item-arguments.ts'
import { infohashIn, pointerTo } from '../../../src/shell/torrent-pointer.ts'
import { hex, targets } from '../../support/item-vectors.ts'

const NETWORK = { crypto: nodeCrypto, idLength: mainline.idLength }
const ID = idFromBytes(new Uint8Array(20).fill(7))
const KEY = 'ab'.repeat(32)

function decoded(bytes: Uint8Array): BencodeValue | undefined {
  const result = decodeValue(bytes)
  return result.kind === 'value' ? result.value : undefined
}

it('ITEM-20: there are published targets', () => {
  expect(targets.length).toBeGreaterThanOrEqual(2)
})

it.each(targets)('ITEM-20: a magnet URI names the item ($name)', ({ k, salt, target }) => {
  const ending = salt.length === 0 ? '' : `&s=${hex(salt)}`
  const magnets = [
    `magnet:?xs=urn:btpk:${hex(k)}${ending}`,
    `MAGNET:?dn=a&xs=http%3A%2F%2Fx&xs=URN:BTPK:${hex(k).toUpperCase()}${ending}`,
  ]
  for (const magnet of magnets) {
    const found = toItemKey(magnet, {}, NETWORK)
    expect([idToHex(found.target), hex(found.salt)]).toEqual([target, hex(salt)])
  }
})

it.each([
  'magnet:',
  'magnet:?xs=urn:btpk:',
  `magnet:?xs=urn:btpk:${KEY}0`,
  `magnet:?xt=urn:btih:${'ab'.repeat(20)}`,
  `magnet:?xs=urn:btpk:${KEY}&s=a`,
  `magnet:?xs=urn:btpk:${KEY}&dn=${'x'.repeat(20_000)}`,
  `magnet:?xs=urn:btpk:${KEY}&s=${'ab'.repeat(65)}`,
])('ITEM-20: %s names no item', (magnet) => {
  expect(() => toItemKey(magnet, {}, NETWORK)).toThrow(DhtNodeError)
})

it('ITEM-20: the torrent in an item is the one that was put, in the form of BEP 46', () => {
  fc.assert(
    fc.property(anyId(20), (infohash) => {
      const v = pointerTo(infohash)
      expect(hex(v)).toBe(`${hex(new TextEncoder().encode('d2:ih20:'))}${idToHex(infohash)}65`)
      expect(infohashIn(decoded(v), 20)).toEqual(infohash)
      expect(infohashIn(decoded(v), 32)).toBeUndefined()
    }),
  )
})

it.each([
  'i1e',
  '2:ih',
  'de',
  'd2:ihi1ee',
  'd2:ih19:1234567890123456789e',
  'd2:IH20:12345678901234567890e',
])('ITEM-20: the value %s points to no torrent', (text) => {
  expect(infohashIn(decoded(new TextEncoder().encode(text)), 20)).toBeUndefined()
})

it('ITEM-20: further entries of the value are ignored', () => {
  const value = decoded(new TextEncoder().encode('d1:ai1e2:ih20:12345678901234567890e'))
  expect(infohashIn(value, 20)).toEqual(new TextEncoder().encode('12345678901234567890'))
})

it('ITEM-20: a pointer belongs to a mutable item, and is its only value', () => {
  const infohash = idToHex(ID)
  const signed = { secretKey: KEY, seq: 1n }
  expect(toNewItem({ infohash, ...signed }, {}, NETWORK).item.v).toEqual(pointerTo(ID))
  for (const item of [
    { infohash },
    { infohash, value: Uint8Array.of(1), ...signed },
    { infohash, encoded: pointerTo(ID), ...signed },
    { infohash: 'ab', ...signed },
    signed,
  ]) {
    expect(() => toNewItem(item, {}, NETWORK)).toThrow()
  }
})
