// The item store compared with its model, a list that is searched linearly, after every step: in a
// world of few targets, hosts and values, where every bound is reached within a few steps.

import { idFromBytes } from '@dht/id'
import { Census, MODEL_TIMEOUT_MS, modelRuns } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  type ItemPut,
  ItemStore,
  type ItemStoreConfig,
  resolveItemStoreOptions,
} from '../../src/index.ts'
import { NaiveItems } from '../support/naive-items.ts'

const LIFETIME_MS = 100

const anyConfig: fc.Arbitrary<ItemStoreConfig> = fc
  .record({
    lifetimeMs: fc.constant(LIFETIME_MS),
    maxItems: fc.constantFrom(9, 2),
    maxItemBytes: fc.constantFrom(900, 8),
    maxItemsPerSource: fc.constantFrom(9, 1),
    subnetShare: fc.constantFrom(1, 0.3),
  })
  .map(resolveItemStoreOptions)

const FLOORS = {
  added: 300,
  renewed: 50,
  'renewed by another host': 20,
  replaced: 50,
  'replaced by another host': 20,
  'conflict: cas': 30,
  'conflict: seq': 50,
  'refused: maxItems': 30,
  'refused: maxItemBytes': 30,
  'refused: maxItemsPerSource': 20,
  'refused: subnetShare': 20,
  'room for': 100,
  'no room for': 50,
  found: 50,
  'found nothing': 50,
  'at the last moment of a life': 20,
  'the moment after': 20,
  'clock set back': 20,
} as const

/** A number of a mutable item, or an immutable one; each target has items of one kind only. */
const anyPut = fc.record({
  kind: fc.constant('put' as const),
  target: fc.nat({ max: 3 }),
  source: fc.constantFrom('a', 'b', 'c'),
  value: fc.nat({ max: 2 }),
  seq: fc.bigInt({ min: 0n, max: 2n }),
  cas: fc.option(fc.bigInt({ min: 0n, max: 2n }), { nil: undefined, freq: 4 }),
})

const anyStep = fc.oneof(
  { weight: 6, arbitrary: anyPut },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('look' as const),
      target: fc.nat({ max: 3 }),
      source: fc.constantFrom('a', 'b', 'c'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.oneof(fc.integer({ min: -50, max: 60 }), fc.constantFrom('end', 'past the end')),
    }),
  },
)

type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never
type Put = Extract<Step, { readonly kind: 'put' }>

const targetOf = (number: number) => idFromBytes(Uint8Array.of(number))

/** Hosts a and b are in one subnet, host c has none. */
const subnetOf = (source: string) => (source === 'c' ? undefined : 'ab')

/** Values of 1, 3 and 5 bytes. Target 3 has one immutable value. */
function itemPut({ target, source, value, seq, cas }: Put): ItemPut {
  const from = { source, subnet: subnetOf(source) }
  if (target === 3) return { target: targetOf(target), item: { v: Uint8Array.of(target) }, ...from }
  const v = new Uint8Array(1 + 2 * value).fill(value)
  const signed = { k: Uint8Array.of(target), salt: new Uint8Array(target), seq, sig: v }
  return { target: targetOf(target), item: { v, signed }, ...from, cas }
}

const census = new Census<keyof typeof FLOORS>('item-store', FLOORS)

class Both {
  readonly naive: NaiveItems
  readonly store: ItemStore
  now = 1000
  latest = 1000

  constructor(config: ItemStoreConfig) {
    this.naive = new NaiveItems(config)
    this.store = new ItemStore(config)
    // From here on both have been told the same time.
    this.#compare()
  }

  step(step: Step): void {
    if (step.kind === 'put') this.#put(step)
    else if (step.kind === 'look') this.#look(targetOf(step.target), step.source)
    else this.#wait(step.ms)
    this.latest = Math.max(this.latest, this.now)
    this.#compare()
  }

  #put(step: Put): void {
    const put = itemPut(step)
    const before = this.naive.find(put.target, this.now)
    const outcome = this.naive.put(put, this.now)
    expect(this.store.preview(put, this.now)).toEqual(outcome)
    expect(this.store.put(put, this.now)).toEqual(outcome)
    census.count(
      outcome.kind === 'conflict' || outcome.kind === 'refused'
        ? (`${outcome.kind}: ${outcome.reason}` as keyof typeof FLOORS)
        : outcome.kind,
    )
    if (before === undefined || before.source === put.source) return
    if (outcome.kind === 'renewed') census.count('renewed by another host')
    if (outcome.kind === 'replaced') census.count('replaced by another host')
  }

  #look(target: ReturnType<typeof targetOf>, source: string): void {
    const found = this.naive.find(target, this.now)?.item
    expect(this.store.get(target, this.now)).toEqual(found)
    census.count(found === undefined ? 'found nothing' : 'found')
    for (const bytes of [undefined, 1, 5]) {
      const query = {
        target,
        source,
        subnet: subnetOf(source),
        ...(bytes !== undefined && { bytes }),
      }
      const bound = this.naive.boundReached(query, this.now)
      expect(this.store.boundReached(query, this.now)).toBe(bound)
      census.count(bound === undefined ? 'room for' : 'no room for')
    }
  }

  #wait(ms: number | string): void {
    const [oldest] = this.naive.live(this.now)
    if (typeof ms === 'number') {
      if (ms < 0) census.count('clock set back')
      this.now += ms
    } else if (oldest !== undefined) {
      census.count(ms === 'end' ? 'at the last moment of a life' : 'the moment after')
      this.now = oldest.stampedAt + LIFETIME_MS + (ms === 'end' ? 0 : 1)
    }
  }

  #compare(): void {
    const live = this.naive.live(this.now)
    const snapshot = this.store.snapshot(this.now)
    expect(snapshot).toEqual({ at: this.latest, items: live.map(({ subnet: _, ...rest }) => rest) })
    const { size, bytes, sources } = this.store
    expect({ size, bytes, sources }).toEqual(this.naive.counts(this.now))
    const [oldest] = live
    expect(this.store.nextExpiryAt()).toBe(oldest && oldest.stampedAt + LIFETIME_MS + 1)
  }
}

it(
  'ITEM-1, ITEM-2, ITEM-3, ITEM-4: the item store is its model',
  () => {
    fc.assert(
      fc.property(anyConfig, fc.array(anyStep, { maxLength: 40, size: 'max' }), (config, steps) => {
        const both = new Both(config)
        for (const step of steps) both.step(step)
        census.executed(steps.length)
      }),
      modelRuns(2),
    )
    expect(census.close()).toEqual([])
  },
  MODEL_TIMEOUT_MS,
)
