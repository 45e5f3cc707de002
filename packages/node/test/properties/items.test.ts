// What a node of Mainline responds to get and put of BEP 44.

import { encodeMessage, encodeValue, endpoint, mainline, type Response } from '@dht/krpc'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nodeCrypto } from '../../src/adapters/node-crypto.ts'
import { ITEM_PADDING } from '../../src/core/lookups/padding.ts'
import { Bench, type SentDatagram } from '../support/bench.ts'
import { Author, type Fault, ITEM_FAULTS, type ItemPut, putAt, tokenAt } from '../support/items.ts'

const benchOf = (core = {}) =>
  new Bench({ core: { network: mainline, crypto: nodeCrypto, ...core } })
const value = (text: string) => encodeValue(new TextEncoder().encode(text))
const author = new Author(1)

function getAt(bench: Bench, { target }: ItemPut, seq?: bigint): Response {
  const reply = bench.queryFrom(bench.newContact(), { method: 'get', target, seq, readOnly: true })
  if (reply?.kind !== 'response') throw new Error('no response')
  return reply
}

it('ITEM-11: an item that was put is returned as the bytes that were put', () => {
  const bench = benchOf()
  const immutable = author.immutable(value('hello'))
  const mutable = author.mutable({ v: value('hello'), seq: 5n, salt: 'salt' })
  for (const item of [immutable, mutable]) {
    expect(getAt(bench, item)).toMatchObject({ v: undefined, token: expect.anything() })
    expect(putAt(bench, item)).toMatchObject({ kind: 'response' })
  }
  expect(getAt(bench, immutable)).toMatchObject({ v: immutable.v, k: undefined, seq: undefined })
  const { v, k, sig, seq } = mutable
  expect(getAt(bench, mutable)).toMatchObject({ v, k, sig, seq })
  expect(getAt(bench, mutable, 4n)).toMatchObject({ v, k, sig, seq })
  for (const known of [5n, 6n]) {
    const reply = getAt(bench, mutable, known)
    expect(reply).toMatchObject({ seq, v: undefined, k: undefined, sig: undefined })
  }
})

it('ITEM-11: an item is renewed by its publisher, and is gone two hours after the last put', () => {
  const bench = benchOf()
  const item = author.mutable({ v: value('hello'), seq: 1n })
  const who = bench.newContact()
  putAt(bench, item, who)
  bench.pass(3_600_000)
  putAt(bench, item, who)
  bench.pass(7_200_000)
  expect(getAt(bench, item).v).toEqual(item.v)
  bench.pass(1)
  expect(getAt(bench, item).v).toBeUndefined()
})

/** In the order of the checks. */
const FAULTS = Object.keys(ITEM_FAULTS) as Fault[]

it('ITEM-12: a put with faults is refused for the first of them, and stores nothing', () => {
  const census = new Map<Fault, number>()
  fc.assert(
    fc.property(fc.subarray(FAULTS, { minLength: 1 }), (faults) => {
      const [first] = FAULTS.filter((each) => faults.includes(each))
      const bench = benchOf()
      const stored = author.mutable({ v: value('stored'), seq: 5n, salt: 'salt' })
      putAt(bench, stored)
      const put = author.faulty({ v: value('new'), seq: 6n, salt: 'salt' }, faults)
      const reply = putAt(bench, put)
      expect(reply).toMatchObject({ kind: 'error', code: ITEM_FAULTS[first as Fault] })
      expect(getAt(bench, stored).v).toEqual(stored.v)
      census.set(first as Fault, (census.get(first as Fault) ?? 0) + 1)
    }),
  )
  expect([...census.keys()].sort()).toEqual([...FAULTS].sort())
})

it('ITEM-12: without a fault it replaces the item, and cas names the one to be replaced', () => {
  const bench = benchOf()
  putAt(bench, author.mutable({ v: value('stored'), seq: 5n }))
  const next = author.mutable({ v: value('new'), seq: 6n })
  expect(putAt(bench, { ...next, cas: 5n })).toMatchObject({ kind: 'response' })
  expect(getAt(bench, next)).toMatchObject({ v: next.v, seq: 6n })
})

/** A node that counts the signatures that it checks. */
function countingBench(signatureChecksPerSecond: number) {
  const counted = { checks: 0 }
  const crypto = {
    ...nodeCrypto,
    verify: (...args: Parameters<typeof nodeCrypto.verify>) => {
      counted.checks++
      return nodeCrypto.verify(...args)
    },
  }
  return { bench: benchOf({ crypto, signatureChecksPerSecond }), counted }
}

const hello = (seq: number) => author.mutable({ v: value('hello'), seq: BigInt(seq) })

it('ITEM-13: so many signatures are checked in a second, and no more', () => {
  const { bench, counted } = countingBench(10)
  const replies = Array.from({ length: 12 }, (_, seq) => putAt(bench, hello(seq))?.kind)
  expect(replies).toEqual([...Array(10).fill('response'), 'error', 'error'])
  expect(putAt(bench, hello(12))).toMatchObject({ kind: 'error', code: 202 })
  expect(putAt(bench, author.immutable(value('free')))).toMatchObject({ kind: 'response' })
  bench.pass(1_000)
  expect(putAt(bench, hello(12))).toMatchObject({ kind: 'response' })
  expect(counted.checks).toBe(11)
})

it('ITEM-13: no signature is checked of an item that is stored, or would not be', () => {
  const { bench, counted } = countingBench(1)
  const item = hello(5)
  expect(putAt(bench, item)).toMatchObject({ kind: 'response' })
  for (let i = 0; i < 10; i++) expect(putAt(bench, item)).toMatchObject({ kind: 'response' })
  expect(putAt(bench, hello(4))).toMatchObject({ code: 302 })
  expect(putAt(bench, { ...hello(6), cas: 4n })).toMatchObject({ code: 301 })
  expect(counted.checks).toBe(1)
})

it('ITEM-13: a host has a share of the checks, and leaves the others to all others', () => {
  const { bench, counted } = countingBench(40)
  const wrong = { ...author.mutable({ v: value('x'), seq: 1n }), sig: new Uint8Array(64).fill(1) }
  const liar = bench.newContact()
  const codes = Array.from({ length: 100 }, () => {
    bench.now += 50
    const reply = putAt(bench, wrong, liar)
    return reply?.kind === 'error' ? reply.code : undefined
  })
  // 40 a second are 400 in the 10 s of a window; a twentieth of these is the share of a host.
  expect(codes).toEqual([...Array(20).fill(206), ...Array(80).fill(202)])
  expect(putAt(bench, hello(1))).toMatchObject({ kind: 'response' })
  expect(counted.checks).toBe(21)
})

it('ITEM-14: a full node gives no token; a host with its quota used up is told so', () => {
  const bench = benchOf({ maxItems: 3, maxItemsPerSource: 2, subnetShare: 1 })
  const [a, b] = [bench.newContact(), bench.newContact()]
  const item = (n: number) => author.immutable(value(`${n}`))
  for (const n of [1, 2]) expect(putAt(bench, item(n), a)).toMatchObject({ kind: 'response' })
  expect(putAt(bench, item(3), a)).toMatchObject({
    kind: 'error',
    code: 202,
    text: expect.stringContaining('maxItemsPerSource'),
  })
  expect(putAt(bench, item(3), b)).toMatchObject({ kind: 'response' })
  expect(tokenAt(bench, item(4), b)).toBeUndefined()
  expect(putAt(bench, item(1), a)).toMatchObject({ kind: 'response' })
})

it('ITEM-26: a host of a subnet with its share of the items gets no token', () => {
  const bench = benchOf({ maxItems: 16 })
  const at = (address: string) => bench.newContact({ endpoint: endpoint(address, 4000) })
  const [a, b, elsewhere] = [at('45.1.2.10'), at('45.1.2.11'), at('45.1.3.10')]
  const item = (n: number) => author.immutable(value(`${n}`))
  for (const n of [1, 2]) expect(putAt(bench, item(n), a)).toMatchObject({ kind: 'response' })
  expect(tokenAt(bench, item(3), b)).toBeUndefined()
  expect(tokenAt(bench, item(1), b)).toBeDefined()
  expect(putAt(bench, item(3), elsewhere)).toMatchObject({ kind: 'response' })
})

it('ITEM-14: a node gives a token only where the largest item has room', () => {
  const bench = benchOf({ maxItemBytes: 1_064 + 3 })
  expect(tokenAt(bench, author.immutable(value('a')), bench.newContact())).toBeDefined()
  for (const text of ['a', 'b']) putAt(bench, author.immutable(value(text)))
  expect(tokenAt(bench, author.immutable(value('c')), bench.newContact())).toBeUndefined()
  expect(tokenAt(bench, author.immutable(value('a')), bench.newContact())).toBeDefined()
})

it('AMP-1: a reply to get from a proven source has at most 16.5 bytes for each byte', () => {
  const bench = benchOf()
  for (let i = 0; i < 8; i++) bench.addMember()
  const item = author.mutable({ v: encodeValue(new Uint8Array(996)), seq: 2n ** 63n - 1n })
  expect(putAt(bench, item)).toMatchObject({ kind: 'response' })
  const { id, endpoint } = bench.prove(bench.newContact())
  const head = { kind: 'query', method: 'get', transactionId: Uint8Array.of(1) } as const
  const query = encodeMessage({ ...head, id, target: item.target, readOnly: false }, mainline)
  const [reply] = bench.receive(query, endpoint)
  expect(reply?.message).toMatchObject({ v: item.v })
  const size = reply?.bytes.length ?? 0
  expect(size).toBeLessThanOrEqual(1_400)
  expect(size).toBeGreaterThan(1_400 - 26)
  expect(size / query.length).toBeLessThanOrEqual(16.5)
})

it('AMP-12: an unproven source gets contacts and a token instead of a large item', () => {
  const bench = benchOf()
  for (let i = 0; i < 8; i++) bench.addMember()
  const item = author.mutable({ v: encodeValue(new Uint8Array(996)), seq: 1n })
  expect(putAt(bench, item)).toMatchObject({ kind: 'response' })
  const { id, endpoint } = bench.newContact()
  const head = { kind: 'query', method: 'get', transactionId: Uint8Array.of(1, 2) } as const
  const query = encodeMessage({ ...head, id, target: item.target, readOnly: false }, mainline)
  const [reply] = bench.receive(query, endpoint)
  expect(reply?.message).toMatchObject({ v: undefined, k: undefined, token: { length: 8 } })
  const { nodes } = (reply as SentDatagram).message as Response
  expect(nodes?.length).toBeGreaterThanOrEqual(7 * 26)
  expect(reply?.bytes.length).toBeLessThanOrEqual(3.5 * query.length)
})

it('AMP-12: a query with our padding gets the largest item whole', () => {
  const bench = benchOf()
  for (let i = 0; i < 8; i++) bench.addMember()
  const item = author.mutable({ v: encodeValue(new Uint8Array(996)), seq: 2n ** 63n - 1n })
  expect(putAt(bench, item)).toMatchObject({ kind: 'response' })
  const { id, endpoint } = bench.newContact()
  const head = { kind: 'query', method: 'get', transactionId: new Uint8Array(4) } as const
  const ours = { ...head, id, target: item.target, readOnly: false, version: mainline.version }
  const query = encodeMessage({ ...ours, pad: ITEM_PADDING }, mainline)
  expect(query).toHaveLength(400)
  const [reply] = bench.receive(query, endpoint)
  expect(reply?.message).toMatchObject({ v: item.v, token: { length: 8 } })
  expect(reply?.bytes.length).toBeGreaterThan(1_400 - 26)
})

it('ITEM-15: a token is for one target: an item cannot be put where another was asked for', () => {
  const bench = benchOf()
  const who = bench.newContact()
  const token = tokenAt(bench, author.immutable(value('asked')), who) as Uint8Array
  const other = author.immutable(value('other'))
  const claimedTarget = author.immutable(value('asked')).target
  expect(putAt(bench, { ...other, token, claimedTarget }, who)).toMatchObject({ code: 203 })
  expect(getAt(bench, other).v).toBeUndefined()
})
