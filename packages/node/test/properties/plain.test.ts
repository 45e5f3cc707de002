// What the facade returns, as a user uses it: printed, cloned, written as JSON, passed in again.
// The oracle for bytes is Node's own hex; whether a value is plain is decided by prototypes alone.

import { inspect } from 'node:util'
import { idFromBytes } from '@dht/id'
import { contact, type Endpoint, endpoint } from '@dht/krpc'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { Answer as CoreAnswer } from '../../src/core/operations/outcome.ts'
import type { DhtNode } from '../../src/shell/dht-node.ts'
import { type Contact, type Plain, toPlain, toPlainEvent } from '../../src/shell/plain.ts'
import { writeState } from '../../src/state/state-file.ts'
import { MemoryNetwork } from '../support/memory-network.ts'
import { MemoryWorld } from '../support/memory-node.ts'
import { MemoryStorage } from '../support/memory-storage.ts'
import { UNPACED } from '../support/unpaced.ts'

/** Only objects, arrays, strings, finite numbers, booleans and null, and nothing undefined. */
function expectPlain(value: unknown): void {
  if (typeof value === 'object' && value !== null) {
    expect([Object.prototype, Array.prototype]).toContain(Object.getPrototypeOf(value))
    for (const each of Object.values(value)) expectPlain(each)
    return
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return
  expect(Number.isFinite(value), `${String(value)} is no plain value`).toBe(true)
}

/** API-9 for one value. */
function expectKept(value: unknown): void {
  expectPlain(value)
  expect(JSON.parse(JSON.stringify(value))).toStrictEqual(value)
  expect(structuredClone(value)).toStrictEqual(value)
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** A value of the core, and its plain form. */
type Pair = readonly [core: unknown, plain: unknown]

const bytes = fc.uint8Array({ maxLength: 40 }).map((b): Pair => [b, hexOf(b)])
const anyEndpoint = fc
  .tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 1, max: 65_535 }))
  .map(([address, port]) => endpoint(address, port))
const anyContact = fc
  .tuple(fc.uint8Array({ minLength: 1, maxLength: 32 }), anyEndpoint)
  .map(([id, at]): Pair => [contact(idFromBytes(id), at), { id: hexOf(id), ...at }])
const simple = fc
  .oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  .map((value): Pair => [value, value])

const anyValue = fc.letrec<{ value: Pair }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    bytes,
    anyContact,
    anyEndpoint.map((e): Pair => [e, { ...e }]),
    simple,
    fc
      .array(tie('value'), { maxLength: 4 })
      .map((pairs): Pair => [pairs.map(([core]) => core), pairs.map(([, plain]) => plain)]),
    fc
      .dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.option(tie('value'), { nil: undefined }))
      .map((pairs): Pair => {
        const entries = Object.entries(pairs)
        const given = entries.filter(([, pair]) => pair !== undefined)
        return [
          Object.fromEntries(entries.map(([name, pair]) => [name, pair?.[0]])),
          Object.fromEntries(given.map(([name, pair]) => [name, pair?.[1]])),
        ]
      }),
  ),
})).value

describe('API-9: values of the core', () => {
  it('become plain without loss', () => {
    fc.assert(
      fc.property(anyValue, ([core, plain]) => {
        const told = toPlain(core)
        expect(told).toStrictEqual(plain)
        expectKept(told)
      }),
    )
  })

  it('have plain types', () => {
    expectTypeOf<Plain<CoreAnswer>['contact']>().toEqualTypeOf<Contact>()
    expectTypeOf<Plain<CoreAnswer>['contacts']>().toEqualTypeOf<readonly Contact[]>()
    expectTypeOf<Plain<CoreAnswer>['endpoints']>().toEqualTypeOf<readonly Endpoint[]>()
    expectTypeOf<Plain<CoreAnswer>['token']>().toEqualTypeOf<string | undefined>()
  })
})

const WARNING = { kind: 'warning', code: 'DHT_STATE_UNSAVED', message: 'm' } as const

describe('API-9: the cause of a warning', () => {
  it('is its name, code and message, and so are its own causes', () => {
    const inner = Object.assign(new RangeError('too far'), { code: 'EFAR' })
    const cause = new Error('outer', { cause: inner })
    expect(toPlainEvent({ ...WARNING, cause })).toStrictEqual({
      ...WARNING,
      cause: {
        name: 'Error',
        message: 'outer',
        cause: { name: 'RangeError', message: 'too far', code: 'EFAR' },
      },
    })
  })

  it('may be any value, because anything can be thrown', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (cause) => {
        expectKept(toPlainEvent({ ...WARNING, cause }))
        expectKept(
          toPlainEvent({
            ...WARNING,
            cause: Object.assign(new Error(), { cause }),
          }),
        )
      }),
    )
  })

  it('may be its own cause', () => {
    const ring = new Error('ring')
    ring.cause = ring
    const told = toPlainEvent({ ...WARNING, cause: ring })
    expectKept(told)
    expect(JSON.stringify(told).match(/ring/g)).toHaveLength(8)
  })
})

/**
 * Everything that a node returns in a short run among others; each value is checked when it is
 * returned.
 */
async function life(world: MemoryWorld, node: DhtNode, id: string): Promise<unknown[]> {
  const events: unknown[] = []
  const watching = (async () => {
    for await (const event of node.events()) events.push(event)
  })()
  const streamed: unknown[] = []
  const entry = node.enter(id, 4_711)
  const report = await entry
  const lookup = node.lookup(id)
  for await (const found of lookup) streamed.push(found)
  const result = await lookup
  const nearest = await node.closest(node.id)
  // Returned values are passed in again.
  const [peer] = nearest.closest as [Contact]
  const answers = [await node.ping(peer), await node.findNode(peer, peer.id)]
  const value = await node.findValue(peer, report.target)
  const stored = await node.store(peer, { id, port: 5, token: value.token ?? '' })
  const info = node.info()
  const joined = await node.joined()
  await node.close()
  await watching
  await world.settle()
  return [
    report,
    streamed,
    result,
    nearest,
    answers,
    value,
    stored,
    info,
    joined,
    node.endpoints,
    events,
  ]
}

describe('API-9: any value that a node returns', () => {
  it('survives JSON and clones, has its ids in hex, and can be passed in again', async () => {
    const settings = fc.record({
      network: fc.constantFrom(...UNPACED),
      k: fc.integer({ min: 1, max: 8 }),
      size: fc.integer({ min: 2, max: 5 }),
      target: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    })
    await fc.assert(
      fc.asyncProperty(settings, async ({ network, k, size, target }) => {
        const world = new MemoryWorld(new MemoryNetwork())
        await world.nodes(size, { network, k })
        const zero = idFromBytes(new Uint8Array(network.idLength))
        const saved = {
          ids: { 4: zero, 6: zero },
          contacts: [],
          announcements: [],
        }
        const state = new MemoryStorage(writeState(saved, network).fill(0, 50, 51))
        // One warning with a cause: a damaged state is set aside.
        const node = await world.node(99, {
          network,
          k,
          state,
          bootstrap: ['192.0.2.1:1'],
          onWarning: false,
        })
        await node.joined()
        const id = hexOf(target).slice(0, 2 * network.idLength)
        const returned = await life(world, node, id)
        for (const value of returned) expectKept(value)
        const shown = inspect(returned, { depth: Number.POSITIVE_INFINITY })
        expect(shown).toContain(`target: '${id}'`)
        expect(shown).not.toMatch(/Contact|Uint8Array|\[Object|\bkey:/)
        expect(returned.at(-1)).toContainEqual(expect.objectContaining({ kind: 'warning' }))
        await world.close()
      }),
      { numRuns: Math.ceil((fc.readConfigureGlobal().numRuns ?? 100) / 4) },
    )
  })
})
