// Patience as seen through the table: the two moments of a transaction tell all of it.

import { type Endpoint, endpoint, TRANSACTION_DEFAULTS, TransactionTable } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const known = endpoint('192.0.2.1', 6881)
const stranger = endpoint('2001:db8::1', 6881)

function newTable(options = {}) {
  return new TransactionTable<string>(seededRandom(1), options)
}

function answer(table: TransactionTable<string>, from: Endpoint, ms: number): void {
  table.settle(table.open(from, 'warm', 0)!.transactionId, from, ms)
}

function waits(table: TransactionTable<string>, to: Endpoint): [number, number] {
  const transaction = table.open(to, 'ask', 0)!
  table.cancel(transaction)
  return [transaction.stallAt, transaction.expireAt]
}

describe('patience', () => {
  it('starts with 500 ms and 2 s', () => {
    expect(waits(newTable(), known)).toEqual([500, 2000])
  })

  it('follows the first answer: mean plus four deviations of half the mean', () => {
    const table = newTable()
    answer(table, known, 100)
    expect(table.roundTripMs(known)).toBe(100)
    expect(waits(table, known)).toEqual([300, 600])
  })

  it('smooths later answers by 1/8 and 1/4', () => {
    const table = newTable()
    answer(table, known, 100)
    answer(table, known, 180)
    // Mean 100 + 80/8 = 110, deviation 50 + (80 - 50)/4 = 57.5.
    expect(table.roundTripMs(known)).toBe(110)
    expect(waits(table, known)).toEqual([340, 680])
  })

  it('never counts an answer as late within 25 ms of the mean', () => {
    const table = newTable()
    for (let i = 0; i < 200; i++) answer(table, known, 20)
    const [stall, expire] = waits(table, known)
    expect(stall).toBeCloseTo(45, 3)
    expect(expire).toBe(150)
  })

  it('gives strangers what everybody together has earned', () => {
    const table = newTable()
    answer(table, known, 100)
    expect(waits(table, stranger)).toEqual([300, 600])
    expect(table.roundTripMs(stranger)).toBeUndefined()
  })

  it('gives an endpoint that let a query expire twice the time, until it answers', () => {
    const table = newTable()
    answer(table, known, 100)
    expect(table.open(known, 'lost', 0)!.isSuspect).toBe(false)
    table.wake(10_000)
    // It stalls as early as before: others are asked in its place meanwhile.
    expect(waits(table, known)).toEqual([300, 1200])
    expect(table.open(known, 'again', 0)!.isSuspect).toBe(true)
    expect(waits(table, stranger)).toEqual([300, 600])
    answer(table, known, 100)
    expect(waits(table, known)[0]).toBeLessThan(300)
    expect(table.open(known, 'anew', 0)!.isSuspect).toBe(false)
  })

  it('times an answer against the sending that it answers', () => {
    const [first, second] = [endpoint('192.0.2.8', 1), endpoint('192.0.2.8', 2)]
    const table = newTable()
    const slow = table.open(first, 'late', 0)!
    const lost = table.open(second, 'lost', 0)!
    const ids = table.wake(510).map((lapse) => lapse.kind === 'stalled' && lapse.secondId)
    table.settle(slow.transactionId, first, 570)
    expect(table.settle(ids[1] as Uint8Array, second, 570)).toBe(lost)
    expect(table.roundTripMs(first)).toBe(570)
    expect(table.roundTripMs(second)).toBe(60)
    // And all of them together: mean 570 - 510/8, deviation 285 + (510 - 285)/4.
    expect(waits(table, stranger)[0]).toBe(506.25 + 4 * 341.25)
  })

  it('learns a round trip longer than the shortest patience', () => {
    const table = newTable()
    for (let i = 0; i < 50; i++) answer(table, known, 1)
    let now = 0
    for (let attempt = 0; table.roundTripMs(stranger) === undefined; attempt++) {
      expect(attempt).toBeLessThan(8)
      const { transactionId } = table.open(stranger, 'slow', now)!
      table.wake(now + 700)
      table.settle(transactionId, stranger, now + 700)
      now += 20_000
      table.wake(now)
    }
    expect(table.roundTripMs(stranger)).toBe(700)
  })

  it('remembers as many endpoints as allowed; the one longest unheard is forgotten', () => {
    const table = newTable({ maxEndpoints: 2 })
    const [a, b, c] = [1, 2, 3].map((port) => endpoint('192.0.2.7', port))
    answer(table, a!, 10)
    answer(table, b!, 20)
    answer(table, a!, 10)
    answer(table, c!, 30)
    expect([a, b, c].map((to) => table.roundTripMs(to!))).toEqual([10, undefined, 30])
  })

  it('tells endpoints apart that have one hash', () => {
    const table = newTable()
    const [a, b, c] = [
      endpoint('192.0.2.7', 131),
      endpoint('192.0.2.8', 100),
      endpoint('192.0.2.9', 69),
    ]
    answer(table, a, 10)
    answer(table, b, 20)
    expect([a, b, c].map((to) => table.roundTripMs(to))).toEqual([10, 20, undefined])
  })

  it('stays within its bounds, and a stall never comes after the end', () => {
    const samples = fc.array(fc.nat({ max: 30_000 }), { maxLength: 30, size: 'max' })
    fc.assert(
      fc.property(samples, fc.nat({ max: 9 }), (spans, lost) => {
        const table = newTable({ maxOpen: 50 })
        for (const span of spans) answer(table, known, span)
        for (let i = 0; i < lost; i++) {
          table.open(known, 'lost', 0)
          table.wake(1e9)
        }
        const [stall, expire] = waits(table, known)
        expect(stall).toBeLessThanOrEqual(TRANSACTION_DEFAULTS.maxStallMs)
        expect(expire).toBeGreaterThanOrEqual(TRANSACTION_DEFAULTS.minExpireMs)
        expect(expire).toBeLessThanOrEqual(TRANSACTION_DEFAULTS.maxExpireMs)
        expect(stall).toBeLessThanOrEqual(expire)
      }),
    )
  })
})
