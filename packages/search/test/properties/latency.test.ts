// How long a lookup takes in virtual time, and what it costs: the measurements behind the defaults.
// The starting contacts are fixed and every round trip is 50 ms, so every figure can be reproduced.
import { describe, expect, it } from 'vitest'
import type { LookupOptions } from '../../src/index.ts'
import { below, chance, sample } from '../support/chance.ts'
import { Network, randomValue, type TestNode, testNode, uniformValues } from '../support/network.ts'
import { run } from '../support/stopwatch.ts'

const K = 8
const RTT_MS = 50
const STALL_MS = 80
/** The defaults of a node. */
const WIDE_FIRST_BUCKETS = [128, 64, 32, ...new Array<number>(17).fill(16)]

interface Figures {
  readonly meanMs: number
  readonly medianMs: number
  readonly p99Ms: number
  readonly meanQueries: number
  readonly mostQueries: number
  readonly meanHops: number
}

interface Trial {
  readonly lookups: number
  readonly deadShare?: number
  readonly expiryMs?: number
  readonly lookup?: LookupOptions<TestNode>
}

function measure(network: Network, trial: Trial): Figures {
  const { lookups, deadShare = 0, expiryMs = 500, lookup = {} } = trial
  const random = chance(7)
  const dead = new Set(sample(network.nodes, Math.floor(network.nodes.length * deadShare), random))
  const live = network.nodes.filter((node) => !dead.has(node))
  const results = Array.from({ length: lookups }, () => {
    const asker = live[below(live.length, random)]!
    const target = testNode(randomValue(8, random), 8)
    const startingContacts = network.answer(asker, target.value)
    const patience = { stallMs: STALL_MS, expiryMs, rttMs: RTT_MS }
    return run(network, { asker, target, startingContacts, dead, ...patience, lookup })
  })
  const times = results.map(({ ms }) => ms).sort((a, b) => a - b)
  const queries = results.map((result) => result.queries)
  return {
    meanMs: mean(times),
    medianMs: times[Math.floor(lookups / 2)]!,
    p99Ms: times[Math.floor(lookups * 0.99)]!,
    meanQueries: mean(queries),
    mostQueries: Math.max(...queries),
    meanHops: mean(results.map(({ hops }) => hops)),
  }
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length

function network(size: number, widths: readonly number[] = []): Network {
  const random = chance(size)
  return new Network({ values: uniformValues(size, 8, random), width: 8, k: K, random, widths })
}

describe('latency', () => {
  const small = network(200)

  it('200 nodes: ends after two round trips, with at most 20 queries', () => {
    const figures = measure(small, { lookups: 300 })
    expect(figures.medianMs).toBe(2 * RTT_MS)
    expect(figures.meanMs).toBeLessThanOrEqual(115)
    expect(figures.mostQueries).toBeLessThanOrEqual(20)
  })

  it('the final round saves a third of the time and costs no query', () => {
    const widened = measure(small, { lookups: 300 })
    const narrow = measure(small, { lookups: 300, lookup: { alpha: 3, finalRoundAlpha: 3 } })
    expect(widened.meanMs).toBeLessThan((2 / 3) * narrow.meanMs)
    expect(widened.meanQueries).toBeLessThanOrEqual(narrow.meanQueries + 0.1)
  })

  it('alpha: more than three queries at a time cost queries and save no round trip', () => {
    const three = measure(small, { lookups: 300 })
    for (const alpha of [4, 5]) {
      const more = measure(small, { lookups: 300, lookup: { alpha } })
      expect(more.medianMs).toBe(three.medianMs)
      expect(more.meanMs).toBeGreaterThan(three.meanMs - 5)
      expect(more.meanQueries).toBeGreaterThan(three.meanQueries + 0.5)
    }
  })

  it('alpha: with one query at a time each dead contact delays the lookup', () => {
    const trial = { lookups: 300, deadShare: 0.2, expiryMs: 3 * RTT_MS }
    const three = measure(small, trial)
    const one = measure(small, { ...trial, lookup: { alpha: 1 } })
    expect(one.meanMs).toBeGreaterThan(three.meanMs + 20)
  })

  it('200 nodes, 20 % dead: ends after four round trips when queries stall after three', () => {
    const figures = measure(small, { lookups: 300, deadShare: 0.2, expiryMs: 3 * RTT_MS })
    expect(figures.medianMs).toBeLessThanOrEqual(4 * RTT_MS)
    expect(figures.meanQueries).toBeLessThanOrEqual(13)
  })

  it('dead nodes cost the time until expiry: a lookup ends soon after the last expiry', () => {
    for (const expiryMs of [150, 240, 500]) {
      const figures = measure(small, { lookups: 300, deadShare: 0.2, expiryMs })
      expect(figures.medianMs).toBeLessThanOrEqual(expiryMs + RTT_MS)
    }
  })

  it('10,000 nodes with wide first buckets: at most k + 4 queries, in under three hops', () => {
    const figures = measure(network(10_000, WIDE_FIRST_BUCKETS), { lookups: 150 })
    expect(figures.meanQueries).toBeLessThanOrEqual(K + 4)
    expect(figures.meanHops).toBeLessThan(3)
  })
})
