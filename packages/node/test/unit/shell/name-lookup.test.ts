import { beforeEach, describe, expect, it } from 'vitest'
import type { Resolver } from '../../../src/ports/resolver.ts'
import { MOST_ADDRESSES, NAME_WAIT_MS, NameLookup } from '../../../src/shell/name-lookup.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { ScriptedNames } from '../../support/scripted-names.ts'

let clock: ManualClock
let names: ScriptedNames
let changes: { readonly addresses: readonly string[]; readonly isAwaited: boolean }[]

beforeEach(() => {
  clock = new ManualClock()
  names = new ScriptedNames()
  changes = []
})

function lookupWith(...resolvers: readonly Resolver[]): NameLookup {
  const changed = ({ addresses, isAwaited }: NameLookup): void =>
    void changes.push({ addresses, isAwaited })
  return new NameLookup('host', { resolvers, clock, changed })
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

it('reports addresses as they are found, and then waits for nothing more', async () => {
  const lookup = lookupWith(names.resolver)
  lookup.start()
  expect([lookup.isAwaited, lookup.addresses]).toEqual([true, []])
  names.open[0]!.answer(['192.0.2.1', 'nonsense', 'fe80::1%eth0', '2001:db8::1'])
  await settled()
  expect(changes).toEqual([{ addresses: ['192.0.2.1', '2001:db8::1'], isAwaited: false }])
  expect(clock.alarms).toBe(0)
})

it('does not wait for one resolver to use what another has found', async () => {
  const lookup = lookupWith(names.resolver, names.resolver)
  lookup.start()
  const [first, second] = names.open
  second!.answer(['2001:db8::1'])
  await settled()
  expect(changes).toEqual([{ addresses: ['2001:db8::1'], isAwaited: true }])
  first!.answer(['192.0.2.1'])
  await settled()
  expect(changes[1]).toEqual({ addresses: ['192.0.2.1', '2001:db8::1'], isAwaited: false })
})

describe('one resolution at a time', () => {
  it('runs, however often it is started', async () => {
    const lookup = lookupWith(names.resolver)
    for (let i = 0; i < 5; i++) lookup.start()
    expect(names.asked).toHaveLength(1)
    names.open[0]!.fail(new Error('no'))
    await settled()
    lookup.start()
    expect(names.asked).toHaveLength(2)
  })

  it('runs on when it is no longer awaited', async () => {
    const lookup = lookupWith(names.resolver)
    lookup.start()
    clock.advance(NAME_WAIT_MS)
    expect(changes).toEqual([{ addresses: [], isAwaited: false }])
    expect(String(lookup.failure)).toContain('no answer within 10 s')
    expect(names.asked[0]!.signal.aborted).toBe(true)
    clock.advance(10 * NAME_WAIT_MS)
    lookup.start()
    expect(names.asked).toHaveLength(1)
    // A resolver that cannot be stopped may respond late, and its result is used.
    names.open[0]!.answer(['192.0.2.1'])
    await settled()
    expect(changes[1]).toEqual({ addresses: ['192.0.2.1'], isAwaited: false })
    lookup.start()
    expect(names.asked).toHaveLength(2)
  })
})

it('keeps what it has found until it finds something else', async () => {
  const lookup = lookupWith(names.resolver)
  lookup.start()
  names.open[0]!.answer(['192.0.2.1'])
  await settled()
  lookup.start()
  names.open[0]!.fail(new Error('no network'))
  await settled()
  expect(lookup.addresses).toEqual(['192.0.2.1'])
  lookup.start()
  names.open[0]!.answer(['192.0.2.2'])
  await settled()
  expect(lookup.addresses).toEqual(['192.0.2.2'])
})

it('BOOT-1: a resolver may fail in any way', async () => {
  const failing: unknown[] = [
    () => {
      throw new Error('at once')
    },
    async () => undefined,
    async () => [],
    async () => [5, null],
    () => 5,
  ]
  for (const resolver of failing) {
    changes = []
    lookupWith(resolver as Resolver).start()
    await settled()
    expect(changes).toEqual([{ addresses: [], isAwaited: false }])
    expect(clock.alarms).toBe(0)
  }
})

it('BOOT-1: uses the valid part of an invalid response', async () => {
  const lookup = lookupWith((async () => [5, null, { address: 1 }, '192.0.2.1']) as never)
  lookup.start()
  await settled()
  expect([lookup.addresses, lookup.failure]).toEqual([['192.0.2.1'], undefined])
})

it.each([
  ['addresses of nobody', ['0.0.0.0', '::']],
  ['addresses of many nodes', ['224.0.0.1', '255.255.255.255', 'ff02::1']],
  ['numbers', [5]],
  ['no list', '192.0.2.1'],
  ['an object that filters', { filter: () => [{}] }],
])('AMP-7: reports what is wrong with %s', async (_what, found) => {
  const lookup = lookupWith((async () => found) as never)
  lookup.start()
  await settled()
  expect(lookup.addresses).toEqual([])
  expect(String(lookup.failure)).toMatch(/^Error: resolver: expected .*address.*, got /)
})

it('uses a bounded number of addresses', async () => {
  const many = Array.from({ length: 1_000 }, (_, i) => `192.0.${i >> 8}.${i & 255}`)
  const lookup = lookupWith(async () => many)
  lookup.start()
  await settled()
  expect(lookup.addresses).toEqual(many.slice(0, MOST_ADDRESSES))
})

it('ends when it is closed: the signal is aborted, and nothing is reported any more', async () => {
  const lookup = lookupWith(names.resolver)
  lookup.start()
  lookup.close()
  expect([names.asked[0]!.signal.aborted, clock.alarms]).toEqual([true, 0])
  names.open[0]!.answer(['192.0.2.1'])
  await settled()
  expect(changes).toEqual([])
})
