// Laws of the transaction table in small worlds: three endpoints, ids drawn from four values,
// instants a few milliseconds apart. So collisions, duplicates and correct ids from wrong endpoints
// are frequent. The comparison with a model is in test/model.

import { type Endpoint, endpoint, type TimeoutEvent, TransactionTable } from '@dht/krpc'
import { anyRandom, seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const ENDPOINTS: readonly Endpoint[] = [
  endpoint('192.0.2.1', 1),
  endpoint('192.0.2.1', 2),
  endpoint('2001:db8::1', 1),
]

type Command =
  | { readonly do: 'open'; readonly to: number; readonly context: number }
  | { readonly do: 'settle'; readonly id: Uint8Array; readonly from: number }
  | { readonly do: 'answer'; readonly which: number; readonly from: number }
  | { readonly do: 'fail'; readonly to: number }

const place = fc.nat({ max: ENDPOINTS.length - 1 })
const which = fc.nat({ max: 20 })

const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('open'), to: place, context: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('answer'), which, from: place }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('settle'),
      id: fc.uint8Array({ maxLength: 5, max: 3 }),
      from: place,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail'), to: place }) },
) as fc.Arbitrary<Command>

/** 4 bytes of which only one varies, with four values, so that ids collide. */
function narrow(random: (length: number) => Uint8Array): (length: number) => Uint8Array {
  return (length) => Uint8Array.of(0, 0, 0, random(length)[0]! & 3)
}

const same = (a: Uint8Array, b: Uint8Array) =>
  a.length === b.length && a.every((x, i) => x === b[i])

describe('NET: transactions', () => {
  it('NET-60: other transactions do not affect a transaction', () => {
    const others = fc.array(
      anyCommand.filter((command) => !('to' in command) || command.to !== 0),
      { maxLength: 40, size: 'max' },
    )
    fc.assert(
      fc.property(others, fc.integer({ min: 0, max: 1900 }), (commands, respondedAt) => {
        const alone = new TransactionTable<string>(seededRandom(1))
        const crowded = new TransactionTable<string>(seededRandom(1))
        const lone = alone.open(ENDPOINTS[0]!, 'mine', 0)!
        const mine = crowded.open(ENDPOINTS[0]!, 'mine', 0)!
        for (const command of commands) {
          if (command.do === 'open') crowded.open(ENDPOINTS[command.to]!, 'other', 0)
          if (command.do === 'fail') crowded.failTo(ENDPOINTS[command.to]!)
          if (command.do === 'settle') crowded.settle(command.id, ENDPOINTS[command.from]!, 0)
          if (command.do === 'answer') crowded.settle(mine.transactionId, ENDPOINTS[1]!, 0)
        }
        expect([mine.stallAt, mine.expireAt]).toEqual([lone.stallAt, lone.expireAt])
        const isMine = ({ transaction }: TimeoutEvent<string>) => transaction.context === 'mine'
        const seen = crowded
          .handleTimeout(respondedAt)
          .filter(isMine)
          .map(({ kind }) => kind)
        expect(seen).toEqual(alone.handleTimeout(respondedAt).map(({ kind }) => kind))
        const answer = crowded.settle(mine.transactionId, ENDPOINTS[0]!, respondedAt)
        expect(answer).toBe(mine)
      }),
    )
  })

  it('NET-53: no other id and no other endpoint settles a transaction', () => {
    const anyId = fc.uint8Array({ minLength: 0, maxLength: 6 })
    fc.assert(
      fc.property(anyId, place, anyRandom(), (id, from, random) => {
        const table = new TransactionTable<string>(random)
        const { transactionId } = table.open(ENDPOINTS[0]!, 'mine', 0)!
        const isRight = same(id, transactionId) && from === 0
        expect(table.settle(id, ENDPOINTS[from]!, 1) !== undefined).toBe(isRight)
        for (const stranger of ENDPOINTS.slice(1)) {
          expect(table.settle(transactionId, stranger, 1)).toBeUndefined()
        }
        for (const wrong of [transactionId.slice(0, 3), Uint8Array.of(...transactionId, 0)]) {
          expect(table.settle(wrong, ENDPOINTS[0]!, 1)).toBeUndefined()
        }
      }),
    )
  })

  it('NET-3 NET-59: ids of open transactions are unique; with none left, the table refuses', () => {
    fc.assert(
      fc.property(anyRandom(), (random) => {
        const table = new TransactionTable<number>(narrow(random))
        const seen = new Set<string>()
        for (let i = 0; i < 100; i++) {
          const opened = table.open(ENDPOINTS[0]!, i, 0)
          if (opened === undefined) continue
          expect(seen.has(String(opened.transactionId))).toBe(false)
          seen.add(String(opened.transactionId))
        }
        expect(seen.size).toBe(4)
        expect(table.open(ENDPOINTS[0]!, 100, 0)).toBeUndefined()
        expect(table.size).toBe(4)
      }),
    )
  })

  it('NET-59: ids are four bytes, distributed as the random source', () => {
    const table = new TransactionTable<number>(seededRandom(59), { maxOpen: 20_000 })
    const counts = Array.from({ length: 4 }, () => new Array<number>(256).fill(0))
    const samples = 12_800
    for (let i = 0; i < samples; i++) {
      const { transactionId } = table.open(ENDPOINTS[0]!, i, 0)!
      for (const [at, byte] of transactionId.entries()) counts[at]![byte]!++
    }
    expect(counts.map((column) => column.reduce((sum, n) => sum + n))).toEqual(
      new Array(4).fill(samples),
    )
    const expected = samples / 256
    for (const column of counts) {
      const chiSquare = column.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
      // 255 degrees of freedom: more than 350 has a probability of 1 in 12,000.
      expect(chiSquare).toBeLessThan(350)
    }
  })

  it('NET-73: endpoints that are fewer than half do not set how long others are waited for', () => {
    const roundTrips = fc.record({
      least: fc.integer({ min: 20, max: 300 }),
      more: fc.array(fc.nat({ max: 50 }), { minLength: 4, maxLength: 20 }),
      unusual: fc.array(fc.nat({ max: 3_999 }), { minLength: 1, maxLength: 19 }),
      isMet: fc.boolean(),
    })
    fc.assert(
      fc.property(roundTrips, ({ least, more, unusual, isMet }) => {
        const table = new TransactionTable<string>(seededRandom(73))
        const answer = (port: number, ms: number): void => {
          const to = endpoint('192.0.2.7', port)
          table.settle(table.open(to, 'warm', 0)!.transactionId, to, ms)
        }
        const usual = more.map((ms) => least + ms)
        const few = unusual.slice(0, usual.length - 1)
        for (const [i, ms] of [...usual, ...few].entries()) answer(2 + i, ms)
        if (isMet) answer(1, least)
        const { stallAt } = table.open(endpoint('192.0.2.7', 1), 'ask', 0)!
        const range = Math.max(...more)
        expect(stallAt).toBeGreaterThanOrEqual(least + 25)
        expect(stallAt).toBeLessThanOrEqual(least + range + Math.max(4 * range, 25))
      }),
    )
  })
})
