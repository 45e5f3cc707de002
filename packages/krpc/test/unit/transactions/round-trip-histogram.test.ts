import { endpoint, TransactionTable } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { expect, it } from 'vitest'

const near = endpoint('192.0.2.1', 6881)

/** The class of each length, counted by comparing it with every bound. */
function countedPlainly(lengths: readonly number[], bounds: readonly number[]): number[] {
  const classes = [...bounds, Number.POSITIVE_INFINITY]
  return classes.map((bound, at) => {
    const below = classes[at - 1] ?? Number.NEGATIVE_INFINITY
    return lengths.filter((ms) => ms > below && ms <= bound).length
  })
}

it('counts each measured round trip once, in the class of its length', () => {
  const table = new TransactionTable<number>(seededRandom(1))
  const lengths = [0, 1, 1.5, 2, 3, 10, 10.01, 99, 100, 101, 480]
  for (const ms of lengths) {
    const { transactionId } = table.open(near, ms, 0)!
    table.settle(transactionId, near, ms)
  }
  const { bounds, counts } = table.roundTrips
  expect(bounds).toEqual([...bounds].sort((a, b) => a - b))
  expect(counts).toEqual(countedPlainly(lengths, bounds))
})

it('counts a late response from its own transmission, and none before its query', () => {
  const table = new TransactionTable<string>(seededRandom(1))
  const late = table.open(near, 'late', 0)!
  table.handleTimeout(600)
  table.handleTimeout(4_000)
  table.settleLate(late.transactionId, near, 7_000)
  const { transactionId } = table.open(near, 'before', 8_000)!
  table.settle(transactionId, near, 7_999)
  const { bounds, counts } = table.roundTrips
  expect(counts).toEqual(countedPlainly([7_000], bounds))
})

it('is a copy', () => {
  const table = new TransactionTable<string>(seededRandom(1))
  const before = table.roundTrips
  table.settle(table.open(near, 'a', 0)!.transactionId, near, 5)
  expect(before.counts.every((count) => count === 0)).toBe(true)
})
