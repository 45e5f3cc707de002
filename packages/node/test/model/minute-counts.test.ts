// Compares the counts of a minute and the set of proven endpoints with naive ones: lists of all
// that ever happened, which are searched anew each time.

import { type Endpoint, endpoint } from '@dht/krpc'
import { Census } from '@dht/testing/census'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MINUTE_MS } from '../../src/core/minute-budget.ts'
import { MinuteCounts } from '../../src/core/queries/minute-counts.ts'
import {
  MAX_PROVEN,
  MAX_PROVEN_PER_SUBNET,
  PROVEN_MS,
  ProvenEndpoints,
} from '../../src/core/queries/proven-endpoints.ts'

const FLOORS = { allowed: 500, refused: 200 }
const KEYS = ['a', 'b', 'c', 'd']

const anyStep = fc.record({
  key: fc.constantFrom(...KEYS),
  afterMs: fc.oneof(fc.constant(0), fc.nat(2_000), fc.constantFrom(MINUTE_MS - 1, MINUTE_MS)),
})

describe('the counts of a minute', () => {
  it('AMP-10: allow what a list of all events allows', () => {
    const census = new Census<keyof typeof FLOORS>('minute counts', FLOORS)
    const script = fc.array(anyStep, { maxLength: 60, size: 'max' })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), script, (most, steps) => {
        const counts = new MinuteCounts({ most, maxKeys: KEYS.length })
        const events: { readonly key: string; readonly at: number }[] = []
        let now = 0
        for (const { key, afterMs } of steps) {
          now += afterMs
          const recent = events.filter((each) => each.key === key && each.at > now - MINUTE_MS)
          const isAllowed = recent.length < most
          expect(counts.allows(key, now)).toBe(isAllowed)
          census.count(isAllowed ? 'allowed' : 'refused')
          if (!isAllowed) continue
          counts.count(key, now)
          events.push({ key, at: now })
        }
      }),
    )
    expect(census.close()).toEqual([])
  })

  it('AMP-6, AMP-10: with too many keys the memory is bounded, and no key is shut out', () => {
    const script = fc.array(fc.tuple(fc.nat(40), fc.nat(5_000)), { maxLength: 100, size: 'max' })
    fc.assert(
      fc.property(script, (steps) => {
        const counts = new MinuteCounts({ most: 2, maxKeys: 5 })
        const events: { readonly key: number; readonly at: number }[] = []
        let now = 0
        for (const [key, afterMs] of steps) {
          now += afterMs
          const recent = events.filter((each) => each.key === key && each.at > now - MINUTE_MS)
          const isAllowed = counts.allows(`${key}`, now)
          if (recent.length < 2) expect(isAllowed).toBe(true)
          if (!isAllowed) continue
          counts.count(`${key}`, now)
          events.push({ key, at: now })
          expect(counts.size).toBeLessThanOrEqual(10)
        }
      }),
    )
  })

  it('AMP-10: a clock that is set back shuts nobody out', () => {
    const counts = new MinuteCounts({ most: 1, maxKeys: 5 })
    counts.count('a', 100_000)
    expect(counts.allows('a', 120_000)).toBe(false)
    expect(counts.allows('a', 50_000)).toBe(true)
  })
})

describe('proven endpoints', () => {
  const anyEndpoint: fc.Arbitrary<Endpoint> = fc
    .tuple(fc.constantFrom('1.1.1.1', '2.2.2.2', '::2'), fc.integer({ min: 1, max: 4 }))
    .map(([address, port]) => endpoint(address, port))
  const anyProof = fc.record({
    which: anyEndpoint,
    isProof: fc.boolean(),
    afterMs: fc.oneof(fc.nat(1_000), fc.nat(PROVEN_MS), fc.constantFrom(PROVEN_MS, PROVEN_MS - 1)),
  })

  it('AMP-11: an endpoint is proven for its time after a proof, and at most twice as long', () => {
    fc.assert(
      fc.property(fc.array(anyProof, { maxLength: 60, size: 'max' }), (steps) => {
        const proven = new ProvenEndpoints()
        const provedAt = new Map<string, number>()
        let now = 0
        for (const { which, isProof, afterMs } of steps) {
          now += afterMs
          const name = `${which.address} ${which.port}`
          const age = now - (provedAt.get(name) ?? Number.NEGATIVE_INFINITY)
          const isProven = proven.has(which, now)
          if (age < PROVEN_MS) expect(isProven).toBe(true)
          if (age >= 2 * PROVEN_MS) expect(isProven).toBe(false)
          if (!isProof) continue
          proven.add(which, now)
          provedAt.set(name, now)
          expect(proven.has(which, now)).toBe(true)
        }
      }),
    )
  })

  it('AMP-6: a bounded number is remembered, the latest', () => {
    const proven = new ProvenEndpoints()
    const nth = (n: number): Endpoint => ({
      address: `9.${n >> 15}.${(n >> 7) & 255}.9`,
      port: 1 + (n & 127),
      family: 4,
    })
    for (let n = 1; n <= 3 * MAX_PROVEN; n++) proven.add(nth(n), n / 1_000)
    expect(proven.size).toBeLessThanOrEqual(MAX_PROVEN)
    expect(proven.has(nth(1), 100)).toBe(false)
    for (let n = 2 * MAX_PROVEN + 1; n <= 3 * MAX_PROVEN; n++) {
      expect(proven.has(nth(n), 100)).toBe(true)
    }
  })

  it('AMP-19: one subnet with any number of endpoints displaces only its own', () => {
    const others = [endpoint('1.1.1.1', 1), endpoint('2001:db8::1', 1)]
    const crowds: readonly ((n: number) => Endpoint)[] = [
      (n) => endpoint(`9.9.9.${n & 255}`, 1 + (n >> 8)),
      (n) => endpoint(`2001:db8:9:${(n >> 4).toString(16)}::9`, 1 + (n & 15)),
    ]
    for (const nth of crowds) {
      const proven = new ProvenEndpoints()
      for (const other of others) proven.add(other, 0)
      for (let n = 0; n < 3 * MAX_PROVEN; n++) proven.add(nth(n), 0)
      expect(proven.size).toBe(others.length + MAX_PROVEN_PER_SUBNET)
      expect(others.map((other) => proven.has(other, 0))).toEqual([true, true])
      expect(proven.has(nth(3 * MAX_PROVEN - 1), 0)).toBe(true)
      expect(proven.has(nth(3 * MAX_PROVEN - 1 - MAX_PROVEN_PER_SUBNET), 0)).toBe(false)
    }
  })

  it('AMP-11: a clock that is set back forgets', () => {
    const proven = new ProvenEndpoints()
    proven.add(endpoint('1.1.1.1', 1), 100_000)
    expect(proven.has(endpoint('1.1.1.1', 1), 1_000)).toBe(false)
  })
})
