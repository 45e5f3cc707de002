// The estimate of the size of a network, compared with networks whose size is known.

import { type Id, idFromBigInt, randomId } from '@dht/id'
import { type Contact, contact, endpoint } from '@dht/krpc'
import type { RoutingTable } from '@dht/routing-table'
import { seededRandom } from '@dht/testing'
import { describe, expect, it } from 'vitest'
import { NetworkSize } from '../../src/core/overlay/network-size.ts'
import type { OwnId } from '../../src/core/overlay/own-id.ts'

const k = 8
const WIDTH = 20
const LOOKUPS = 64
const RUNS = 20
/** Heads of ids: 32 bits say enough of a distance. */
const TAIL = BigInt(8 * WIDTH - 32)

interface Given {
  readonly size: number
  readonly lookups: number
  /** Of the lookups, those around whose targets somebody has put k ids. */
  readonly poisoned: number
  readonly seed: number
}

const node = (head: number): Contact => {
  return contact(idFromBigInt(BigInt(head >>> 0) << TAIL, WIDTH), endpoint('192.0.2.1', 1))
}

const headOf = (id: Id): number => new DataView(id.buffer, id.byteOffset).getUint32(0)

/** The k nearest to a target, by looking at all distances. */
function nearest(heads: Uint32Array, target: number): Contact[] {
  const best: number[] = []
  for (const head of heads) {
    const distance = (head ^ target) >>> 0
    if (best.length === k && distance >= best[k - 1]!) continue
    best.push(distance)
    best.sort((a, b) => a - b)
    best.length = Math.min(best.length, k)
  }
  return best.map((distance) => node(distance ^ target))
}

/** What is estimated after lookups of random targets. The table knows nobody. */
function estimateOf({ size, lookups, poisoned, seed }: Given): number | undefined {
  const random = seededRandom(seed)
  const heads = new Uint32Array(random(4 * size).slice().buffer)
  const table = { closest: () => [] } as unknown as RoutingTable<Contact>
  const ownId = { id: randomId(WIDTH, random) } as OwnId
  const estimate = new NetworkSize({ k, table, ownId })
  for (let at = 0; at < lookups; at++) {
    const target = randomId(WIDTH, random)
    const head = headOf(target)
    const isPoisoned = at < poisoned
    const liars = Array.from({ length: k }, (_, i) => node(head ^ (i + 1)))
    estimate.lookupEnded(target, isPoisoned ? liars : nearest(heads, head))
  }
  return estimate.nodes
}

/** How many times too large the estimates are, for several seeds. */
function factorsOf(given: Omit<Given, 'seed'>): number[] {
  return Array.from({ length: RUNS }, (_, seed) => {
    return (estimateOf({ ...given, seed: seed + 1 }) ?? 0) / given.size
  })
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

describe('the estimated size of a network', () => {
  it.each([{ size: 50 }, { size: 1_000 }, { size: 20_000 }, { size: 100_000 }])(
    'SIZE-1: is within a tenth on average after 64 lookups among $size nodes',
    ({ size }) => {
      const factors = factorsOf({ size, lookups: LOOKUPS, poisoned: 0 })
      const errors = factors.map((factor) => Math.abs(factor - 1))
      expect(mean(errors)).toBeLessThan(0.1)
    },
    30_000,
  )

  it('SIZE-2: is right within a factor of 2 although 70 of 100 lookups are poisoned', () => {
    for (const size of [200, 5_000]) {
      const poisoned = Math.floor(0.7 * LOOKUPS)
      const factors = factorsOf({ size, lookups: LOOKUPS, poisoned })
      expect(mean(factors)).toBeLessThan(2)
      for (const factor of factors) expect(factor).toBeGreaterThan(0.5)
    }
  })

  it('SIZE-1: is not known before four lookups, where the table knows nobody', () => {
    expect(estimateOf({ size: 100, lookups: 3, poisoned: 0, seed: 1 })).toBeUndefined()
    expect(estimateOf({ size: 100, lookups: 4, poisoned: 0, seed: 1 })).toBeDefined()
  })
})

it('SIZE-1: the estimate is finite, also if all neighbours are right beside our id', () => {
  const own = node(7)
  const table = { closest: (_: Id, count: number) => new Array(count).fill(own) }
  const size = new NetworkSize({
    k,
    table: table as unknown as RoutingTable<Contact>,
    ownId: { id: own.id } as OwnId,
  })
  expect([size.nodes, size.region]).toEqual([undefined, 0])
})
