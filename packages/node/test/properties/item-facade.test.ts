// `put` and `get` of whole nodes over a network in memory, with a manual clock.

import { encodeValue, mainline, signedBytes } from '@dht/krpc'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { nodeCrypto } from '../../src/adapters/node-crypto.ts'
import { DhtNodeError } from '../../src/errors.ts'
import type { DhtNode } from '../../src/shell/dht-node.ts'
import type { Item, PutReport } from '../../src/shell/plain-item.ts'
import { readState } from '../../src/state/state-file.ts'
import { MemoryWorld } from '../support/memory-node.ts'
import { MemoryStorage } from '../support/memory-storage.ts'
import { unpaced } from '../support/unpaced.ts'

const HOUR = 3_600_000
const secretKey = new Uint8Array(32).fill(3)
const text = (words: string) => new TextEncoder().encode(words)
const hex = (words: string) => Buffer.from(words).toString('hex')
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

let world: MemoryWorld
let writer: DhtNode
let reader: DhtNode

beforeEach(async () => {
  world = new MemoryWorld()
  const nodes = await world.nodes(6, { network: unpaced(mainline) })
  writer = nodes[1] as DhtNode
  reader = nodes[4] as DhtNode
})

afterEach(() => world.close())

async function soon<T>(awaited: PromiseLike<T>): Promise<T> {
  const result = Promise.resolve(awaited)
  await world.pass(10_000)
  return result
}

it('ITEM-16: an immutable item is got by its id, as plain data', async () => {
  const { target, accepted } = await soon(writer.put({ value: text('hello') }))
  expect(accepted.length).toBeGreaterThan(3)
  const { item } = await soon(reader.get(target))
  expect(item).toEqual({ id: target, value: hex('hello'), encoded: hex('5:hello') })
  const encoded = encodeValue([1n, text('x')])
  const list = await soon(writer.put({ encoded }))
  expect((await soon(reader.get(list.target))).item).toEqual({
    id: list.target,
    encoded: hex('li1e1:xe'),
  })
  expect((await soon(reader.get('ab'.repeat(20)))).item).toBeUndefined()
})

it('ITEM-16: a mutable item is got by its id or key, and the newest version wins', async () => {
  const salt = text('salt')
  const versions = (seq: bigint) => ({ value: text(`v${seq}`), secretKey, seq, salt })
  const { target } = await soon(writer.put(versions(1n)))
  const first = (await soon(reader.get(target, { salt }))).item
  expect(first).toMatchObject({ value: hex('v1'), signed: { seq: 1n, salt: hex('salt') } })
  await soon(reader.put(versions(2n), { cas: 1n }))
  const publicKey = first?.signed?.publicKey as string
  const seen: unknown[] = []
  const lookup = writer.get({ publicKey, salt: hex('salt') })
  const reading = (async () => {
    for await (const each of lookup) seen.push(each.signed?.seq)
  })()
  expect((await soon(lookup)).item?.signed?.seq).toBe(2n)
  await reading
  expect(seen.at(-1)).toBe(2n)
  expect((await soon(reader.get({ publicKey, salt: hex('other') }))).item).toBeUndefined()
})

it('ITEM-20: a mutable item points to a torrent, and then to another one', async () => {
  const [first, second] = ['ab'.repeat(20), 'cd'.repeat(20)]
  const pointer = { secretKey, salt: text('feed') }
  await soon(writer.put({ ...pointer, infohash: first, seq: 1n }))
  const key = hexOf(nodeCrypto.publicKeyOf(secretKey))
  const magnet = `magnet:?xs=urn:btpk:${key}&s=${hex('feed')}`
  expect((await soon(reader.get(magnet))).item?.infohash).toBe(first)
  await soon(writer.put({ ...pointer, infohash: second, seq: 2n }, { cas: 1n }))
  const { item } = await soon(reader.get(magnet))
  expect(item).toMatchObject({ infohash: second, signed: { seq: 2n, publicKey: key } })
  expect(item).not.toHaveProperty('value')
  // An immutable item that looks like a pointer can't be replaced, so it is none.
  const { target } = await soon(writer.put({ encoded: item?.encoded as string }))
  expect((await soon(reader.get(target))).item).not.toHaveProperty('infohash')
})

async function reportsOf(put: AsyncIterable<PutReport>, reports: PutReport[]): Promise<void> {
  for await (const report of put) reports.push(report)
}

it('ITEM-19: it is put again every hour, until it is deleted', async () => {
  const reports: PutReport[] = []
  const put = writer.put({ value: text('hello') })
  const reading = reportsOf(put, reports)
  const { target } = await soon(put)
  await world.pass(5 * HOUR)
  expect(reports.length).toBeGreaterThanOrEqual(5)
  expect(reports.length).toBeLessThanOrEqual(6)
  expect((await soon(reader.get(target))).item).toBeDefined()
  writer.delete(target)
  await reading
  await world.pass(3 * HOUR)
  expect((await soon(reader.get(target))).item).toBeUndefined()
})

it('ITEM-19: the renewal ends when a newer version is found', async () => {
  const reports: PutReport[] = []
  const old = writer.put({ value: text('v1'), secretKey, seq: 1n })
  const reading = reportsOf(old, reports)
  await soon(old)
  const { target } = await soon(reader.put({ value: text('v2'), secretKey, seq: 2n }))
  await world.pass(2 * HOUR)
  await reading
  expect(reports.at(-1)).toMatchObject({ newest: 2n })
  expect((await soon(writer.get(target))).item?.signed?.seq).toBe(2n)
})

it('ITEM-19: a version that must not be replaced is left as it is, also later', async () => {
  await soon(writer.put({ value: text('v1'), secretKey, seq: 1n }))
  const wrong = reader.put({ value: text('v5'), secretKey, seq: 5n }, { cas: 4n })
  const { accepted, refused, target } = await soon(wrong)
  expect([accepted, new Set(refused.map(({ code }) => code))]).toEqual([[], new Set([301])])
  await world.pass(2 * HOUR)
  expect((await soon(writer.get(target))).item?.signed?.seq).toBe(1n)
})

it('ITEM-19: an aborted put rejects with the reason, and is not put again', async () => {
  const controller = new AbortController()
  const put = writer.put({ value: text('hello') }, { signal: controller.signal })
  const { target } = await soon(put)
  controller.abort(new Error('enough'))
  await world.pass(3 * HOUR)
  expect((await soon(reader.get(target))).item).toBeUndefined()
  await expect(writer.put({ value: text('') }, { signal: AbortSignal.abort('no') })).rejects.toBe(
    'no',
  )
  await expect(writer.get(target, { signal: AbortSignal.abort('no') })).rejects.toBe('no')
})

it('ITEM-19: a put that is aborted already leaves the renewal of the same item', async () => {
  const item = { value: text('hello') }
  const { target } = await soon(writer.put(item))
  const late = writer.put(item, { signal: AbortSignal.abort('no') })
  await expect(late).rejects.toBe('no')
  await world.pass(3 * HOUR)
  expect((await soon(reader.get(target))).item).toBeDefined()
})

it('ITEM-22: a node finds and serves what it keeps put itself', async () => {
  const { target } = await soon(writer.put({ value: text('mine') }))
  // No time passes, so no other node has responded.
  const { item, complete, tally } = await writer.get(target)
  expect(item?.value).toBe(hex('mine'))
  expect([complete, tally.responded]).toEqual([true, 0])
  const mutable = await soon(writer.put({ value: text('v1'), secretKey, seq: 1n }))
  const once = await soon(writer.put({ value: text('once') }, { renew: false }))
  const not = await soon(writer.put({ value: text('not') }, { keep: false }))
  const served = new Set(writer.items().map(({ id }) => id))
  expect([target, mutable.target].every((id) => served.has(id))).toBe(true)
  // With six nodes every other one stores each item, so the nearest eight do not tell.
  expect(reader.items().map(({ id }) => id)).toEqual(
    expect.arrayContaining([once.target, not.target]),
  )
  expect([once.target, not.target].some((id) => served.has(id))).toBe(false)
  await world.pass(5 * HOUR)
  expect(writer.items().map(({ id }) => id)).toEqual(
    expect.arrayContaining([target, mutable.target]),
  )
})

it('ITEM-22: a version that no other node accepts is not served', async () => {
  await soon(writer.put({ value: text('v1'), secretKey, seq: 1n }))
  const wrong = await soon(reader.put({ value: text('v5'), secretKey, seq: 5n }, { cas: 4n }))
  expect((await soon(reader.get(wrong.target))).item?.signed?.seq).toBe(1n)
})

it('ITEM-23: a bounded number is renewed, and one that has ended frees its place', async () => {
  const few = await world.node(50, { network: unpaced(mainline), maxAnnouncements: 2 })
  await soon(few.joined())
  const busy = { code: 'ERR_DHT_NODE_BUSY' }
  const first = await soon(few.put({ value: text('1') }))
  const controller = new AbortController()
  await soon(few.put({ value: text('2') }, { signal: controller.signal }))
  await expect(few.put({ value: text('3') })).rejects.toMatchObject(busy)
  await soon(few.put({ value: text('2') }))
  await soon(few.put({ value: text('3') }, { renew: false }))
  few.delete(first.target)
  await soon(few.put({ value: text('v1'), secretKey, seq: 1n }))
  await expect(few.put({ value: text('3') })).rejects.toMatchObject(busy)
  // Another node puts a newer version: the next renewal is the last one.
  await soon(reader.put({ value: text('v2'), secretKey, seq: 2n }))
  await world.pass(2 * HOUR)
  expect((await soon(few.put({ value: text('3') }))).accepted.length).toBeGreaterThan(3)
})

it('PERSIST-11: what a user keeps put and announces comes back after a restart', async () => {
  const storage = new MemoryStorage()
  const options = { network: unpaced(mainline), state: storage }
  const before = await world.node(60, options)
  await soon(before.joined())
  const salt = text('salt')
  const plain = await soon(before.put({ value: text('plain') }))
  const { target } = await soon(before.put({ value: text('v3'), secretKey, seq: 3n, salt }))
  await soon(before.put({ value: text('once') }, { renew: false }))
  const [seeded, implied] = ['ab'.repeat(20), 'cd'.repeat(20)]
  await soon(before.announce(seeded, { port: 7_001, seed: true }))
  await soon(before.announce(implied, { port: 7_002, impliedPort: true }))
  await before.close()
  await world.pass(3 * HOUR)
  expect((await soon(reader.get(plain.target))).item).toBeUndefined()

  const after = await world.node(61, options)
  await soon(after.joined())
  expect((await soon(reader.get(plain.target))).item?.value).toBe(hex('plain'))
  expect((await soon(reader.get(target, { salt }))).item?.signed?.seq).toBe(3n)
  expect(after.items()).toHaveLength(2)
  expect(after.info().announcements).toMatchObject([
    { id: seeded, port: 7_001, seed: true, impliedPort: false },
    { id: implied, port: 7_002, seed: false, impliedPort: true },
  ])
  after.delete(target)
  await after.close()
  expect(readState(storage.value as Uint8Array, mainline)).toMatchObject({
    state: { items: [{ v: text('5:plain') }] },
  })
})

it('ITEM-19: a closed node puts nothing, and rejects both calls', async () => {
  const put = writer.put({ value: text('hello') })
  await soon(put)
  await writer.close()
  const closed = { code: 'ERR_DHT_NODE_CLOSED' }
  await expect(writer.put({ value: text('hello') })).rejects.toMatchObject(closed)
  await expect(writer.get('ab'.repeat(20))).rejects.toMatchObject(closed)
})

/** The parts of an item that somebody else has signed. */
function signedElsewhere(seq: bigint, salt: Uint8Array) {
  const signature = nodeCrypto.sign(secretKey, signedBytes({ salt, seq, v: text('5:hello') }))
  return {
    value: text('hello'),
    publicKey: nodeCrypto.publicKeyOf(secretKey),
    signature,
    seq,
    salt,
  }
}

it('ITEM-21: an item that is signed already is put as it is, also version 0', async () => {
  const item = signedElsewhere(0n, text('salt'))
  const { target, accepted } = await soon(writer.put(item))
  expect(accepted.length).toBeGreaterThan(3)
  const found = (await soon(reader.get(target, { salt: text('salt') }))).item
  expect(found?.signed).toMatchObject({ seq: 0n, signature: hexOf(item.signature) })
  // What was found can be put again.
  const { encoded, signed } = found as Item
  const { publicKey, salt, seq, signature } = signed as NonNullable<Item['signed']>
  const again = { encoded, publicKey, salt, seq, signature }
  expect((await soon(reader.put(again))).accepted.length).toBeGreaterThan(3)
})

it('ITEM-21: with renew: false an item is put once, and beside others of the same id', async () => {
  const reports: PutReport[] = []
  const put = writer.put({ value: text('hello') }, { renew: false })
  const second = writer.put({ value: text('hello') }, { renew: false })
  const { target, accepted } = await soon(put)
  expect(accepted).toEqual((await soon(second)).accepted)
  await reportsOf(put, reports)
  expect(reports).toHaveLength(1)
  await world.pass(3 * HOUR)
  expect((await soon(reader.get(target))).item).toBeUndefined()
  const aborted = writer.put({ value: text('') }, { renew: false, signal: AbortSignal.abort('no') })
  await expect(aborted).rejects.toBe('no')
})

it('ITEM-21: a kept item is stored at this node, which shows what it stores', async () => {
  const lone = await world.node(99, { network: unpaced(mainline), bootstrap: [] })
  await soon(lone.joined())
  const { target, accepted } = await soon(
    lone.put({ value: text('kept') }, { renew: false, keep: true }),
  )
  expect(accepted).toEqual([])
  expect(lone.items()).toEqual([{ id: target, value: hex('kept'), encoded: hex('4:kept') }])
  expect((await soon(lone.get(target))).item?.value).toBe(hex('kept'))
  await soon(writer.put(signedElsewhere(1n, text('salt'))))
  const salts = reader.items().map(({ signed }) => signed?.salt)
  expect(salts).toEqual([hex('salt')])
})

const SIGNED = signedElsewhere(1n, text('salt'))
const RIGHT = { value: text('hello'), secretKey, seq: 1n, salt: text('salt') }

it.each([
  ['item', null],
  ['item', { secretKey, seq: 1n }],
  ['item', { ...RIGHT, encoded: text('0:') }],
  ['value', { ...RIGHT, value: new Uint8Array(997) }],
  ['value', { ...RIGHT, value: 'not hex' }],
  ['encoded', { encoded: text('i01e') }],
  ['encoded', { encoded: new Uint8Array(1_001) }],
  ['secretKey', { ...RIGHT, secretKey: new Uint8Array(64) }],
  ['seq', { ...RIGHT, seq: 0n }],
  ['seq', { ...RIGHT, seq: 1 }],
  ['seq', { ...RIGHT, seq: undefined }],
  ['publicKey', { ...SIGNED, publicKey: undefined }],
  ['signature', { ...SIGNED, signature: undefined }],
  ['signature', { ...SIGNED, seq: 2n }],
  ['signature', { ...SIGNED, salt: text('other') }],
  ['secretKey', { ...SIGNED, secretKey }],
  ['seq', { ...SIGNED, seq: -1n }],
  ['seq', { value: text('x'), seq: 1n }],
  ['salt', { ...RIGHT, salt: new Uint8Array(65) }],
  ['salt', { value: text('x'), salt: text('salt') }],
  ['option', { ...RIGHT, sig: 'x' }],
])('API-1: a put with a wrong %s throws at once', (name, item) => {
  expect(() => writer.put(item as never)).toThrow(new RegExp(`^${name}: expected `))
  expect(() => writer.put(RIGHT, { cas: 1 } as never)).toThrow(/^cas: expected /)
  expect(() => writer.put(RIGHT, { renew: 1 } as never)).toThrow(/^renew: expected /)
  expect(() => writer.put(RIGHT, { keep: 1 } as never)).toThrow(/^keep: expected /)
})

/** Lists in one another. */
const nested = (depth: number): string => 'l'.repeat(depth) + 'e'.repeat(depth)
/** A list of empty strings; it counts as a part itself. */
const wide = (parts: number): string => `l${'0:'.repeat(parts - 1)}e`

it('API-1: a value that fits no message is refused at once, and any other is stored', async () => {
  for (const encoded of [nested(8), wide(440)].map(text)) {
    expect((await soon(writer.put({ encoded }))).accepted.length).toBeGreaterThan(3)
  }
  for (const encoded of [nested(9), wide(441)].map(text)) {
    expect(() => writer.put({ encoded })).toThrow(/^encoded: expected /)
  }
})

it('API-1: get refuses wrong ids, keys, salts and options', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      fc.pre(bytes.length !== 20 && bytes.length !== 32)
      expect(() => reader.get(bytes)).toThrow()
      expect(() => reader.get({ publicKey: bytes })).toThrow(DhtNodeError)
    }),
  )
  const id = 'ab'.repeat(20)
  expect(() => reader.get(id, { salt: new Uint8Array(65) })).toThrow(/^salt: expected /)
  expect(() => reader.get(id, { cas: 1n } as never)).toThrow(/^option: expected /)
  const key = { publicKey: new Uint8Array(32) }
  expect(() => reader.get(key, { salt: text('s') })).toThrow(/^salt: expected none/)
})

it('API-1: a network without items has neither', async () => {
  const other = new MemoryWorld()
  const [node] = await other.nodes(1)
  expect(() => node!.put({ value: text('x') })).toThrow(/^network: expected .*mainline/)
  expect(() => node!.get('ab'.repeat(32))).toThrow(/^network: expected .*mainline/)
  await other.close()
})
