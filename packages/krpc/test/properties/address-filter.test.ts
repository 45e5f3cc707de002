// The filters of BEP 33 compared with sets of addresses, and their bits with the SHA-1 of Node.

import { createHash } from 'node:crypto'
import { AddressFilter, FilterMemory, OptionsError } from '@dht/krpc'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MAX_FILTER_MEMORY } from '../../src/scrape/filter-memory.ts'
import { sha1Head } from '../../src/scrape/sha1-head.ts'
import { toHex } from '../support/bytes.ts'

const anyAddress = fc
  .constantFrom(4, 16)
  .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }))
const anyAddresses = fc.array(anyAddress, { maxLength: 60 })

function filterOf(addresses: readonly Uint8Array[]): AddressFilter {
  const filter = new AddressFilter()
  for (const address of addresses) filter.add(address)
  return filter
}

/** The filter as BEP 33 describes it, as a list of 2048 bits. */
function bitsOf(addresses: readonly Uint8Array[]): boolean[] {
  const bits = new Array<boolean>(2048).fill(false)
  for (const address of addresses) {
    const hash = createHash('sha1').update(address).digest()
    bits[hash.readUInt16LE(0) % 2048] = true
    bits[hash.readUInt16LE(2) % 2048] = true
  }
  return bits
}

it('SCRAPE-1: the hash of an address is that of Node', () => {
  const anyMessage = fc.uint8Array({ maxLength: 55 })
  fc.assert(
    fc.property(anyMessage, (message) => {
      const expected = createHash('sha1').update(message).digest().readUInt32BE(0)
      expect(sha1Head(message)).toBe(expected)
    }),
  )
})

it('SCRAPE-1: each address sets the two bits that BEP 33 names', () => {
  fc.assert(
    fc.property(anyAddresses, (addresses) => {
      const { bytes } = filterOf(addresses)
      const seen = Array.from({ length: 2048 }, (_, bit) => (bytes[bit >> 3]! >> (bit & 7)) % 2 > 0)
      expect(seen).toEqual(bitsOf(addresses))
    }),
  )
})

it('SCRAPE-2: an address counts once, whatever the order and however often it is added', () => {
  fc.assert(
    fc.property(anyAddresses, (addresses) => {
      const once = filterOf(addresses)
      const again = filterOf([...addresses].reverse().concat(addresses))
      expect(toHex(again.bytes)).toBe(toHex(once.bytes))
      expect(again.estimate).toBe(once.estimate)
      expect(once.isEmpty).toBe(addresses.length === 0)
      for (const address of addresses) expect(once.has(address)).toBe(true)
    }),
  )
})

it('SCRAPE-2: joined filters are the filter of all addresses', () => {
  fc.assert(
    fc.property(anyAddresses, anyAddresses, (some, others) => {
      const joined = filterOf(some)
      const other = filterOf(others)
      joined.join(other.bytes)
      expect(toHex(joined.bytes)).toBe(toHex(filterOf([...some, ...others]).bytes))
      expect(toHex(other.bytes)).toBe(toHex(filterOf(others).bytes))
    }),
  )
})

it('SCRAPE-3: the estimate is within a tenth of up to 2,000 random addresses', () => {
  const anySet = fc.uniqueArray(fc.uint8Array({ minLength: 16, maxLength: 16 }), {
    minLength: 200,
    maxLength: 2_000,
    size: 'max',
    selector: toHex,
  })
  fc.assert(
    fc.property(anySet, (addresses) => {
      const error = filterOf(addresses).estimate / addresses.length - 1
      expect(Math.abs(error)).toBeLessThan(0.1)
    }),
    { numRuns: 20 },
  )
})

it('SCRAPE-3: a full filter has a finite estimate', () => {
  const full = new AddressFilter()
  full.join(new Uint8Array(256).fill(0xff))
  expect(full.estimate).toBeCloseTo(Math.log(1 / 2048) / (2 * Math.log(1 - 1 / 2048)), 6)
  expect(full.has(Uint8Array.of(192, 0, 2, 1))).toBe(true)
})

it('SCRAPE-2: what is no filter or no address is refused', () => {
  const filter = filterOf([Uint8Array.of(192, 0, 2, 1)])
  const before = toHex(filter.bytes)
  for (const length of [0, 255, 257]) {
    expect(() => filter.join(new Uint8Array(length))).toThrow(OptionsError)
  }
  for (const length of [0, 5, 6, 18]) {
    expect(() => filter.add(new Uint8Array(length))).toThrow(OptionsError)
    expect(() => filter.has(new Uint8Array(length))).toThrow(OptionsError)
  }
  filter.bytes.fill(0)
  expect(toHex(filter.bytes)).toBe(before)
})

it('SCRAPE-6: filters that share a memory are the same as others', () => {
  const memory = new FilterMemory()
  fc.assert(
    fc.property(fc.array(anyAddresses, { maxLength: 4 }), (lists) => {
      for (const list of [...lists, ...lists]) {
        const filter = new AddressFilter(memory)
        for (const address of list) filter.add(address)
        expect(toHex(filter.bytes)).toBe(toHex(filterOf(list).bytes))
      }
    }),
  )
})

it('SCRAPE-6: a memory keeps a bounded number of addresses, each once, and no others', () => {
  const memory = new FilterMemory()
  const addressOf = (n: number): Uint8Array => Uint8Array.of(n >> 24, n >> 16, n >> 8, n)
  for (let n = 0; n < MAX_FILTER_MEMORY; n++) memory.bitsOf(addressOf(n))
  for (let n = 0; n < MAX_FILTER_MEMORY; n++) memory.bitsOf(addressOf(n))
  expect(memory.size).toBe(MAX_FILTER_MEMORY)
  memory.bitsOf(addressOf(MAX_FILTER_MEMORY))
  expect(memory.size).toBe(1)
  for (const wrong of [new Uint8Array(5), new Uint8Array(0), 'text' as never, null as never]) {
    expect(() => memory.bitsOf(wrong)).toThrow(OptionsError)
  }
})
