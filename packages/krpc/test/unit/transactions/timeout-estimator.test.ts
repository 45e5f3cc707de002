// Timeouts as seen through the table: the two instants of a transaction show them.

import { type Endpoint, endpoint, TRANSACTION_DEFAULTS, TransactionTable } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const known = endpoint('192.0.2.1', 6881)
const unknown = endpoint('2001:db8::1', 6881)

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

describe('timeouts', () => {
  it('start with 500 ms; no query expires before 4 s', () => {
    expect(waits(newTable(), known)).toEqual([500, 4000])
  })

  it('follow the first response: its round trip plus four variations of half of that', () => {
    const table = newTable()
    answer(table, known, 100)
    expect(table.roundTripMs(known)).toBe(100)
    expect(waits(table, known)).toEqual([300, 4000])
  })

  it('are smoothed by 1/8 and 1/4', () => {
    const table = newTable()
    answer(table, known, 100)
    answer(table, known, 180)
    // Mean 100 + 80/8 = 110, deviation 50 + (80 - 50)/4 = 57.5.
    expect(table.roundTripMs(known)).toBe(110)
    expect(waits(table, known)).toEqual([340, 4000])
  })

  it('leave at least 25 ms above the smoothed round trip', () => {
    const table = newTable()
    for (let i = 0; i < 200; i++) answer(table, known, 20)
    expect(waits(table, known)[0]).toBeCloseTo(45, 3)
  })

  it('stay between the minimum and the maximum', () => {
    const table = newTable({ minTimeoutMs: 60, maxTimeoutMs: 700 })
    for (let i = 0; i < 200; i++) answer(table, known, 20)
    expect(waits(table, known)[0]).toBe(60)
    answer(table, unknown, 3000)
    expect(waits(table, unknown)[0]).toBe(700)
  })

  it('of an unknown endpoint follow the round trips of all endpoints', () => {
    const table = newTable()
    answer(table, known, 100)
    expect(waits(table, unknown)).toEqual([300, 4000])
    expect(table.roundTripMs(unknown)).toBeUndefined()
  })

  it('follow the median of five endpoints or more, and their median deviation from it', () => {
    const table = newTable()
    for (const [i, ms] of [90, 20, 4000, 50].entries())
      answer(table, endpoint('192.0.2.9', i + 1), ms)
    expect(waits(table, unknown)[0]).toBe(2000)
    answer(table, endpoint('192.0.2.9', 9), 60)
    // Median 60, deviations 0, 10, 30, 40 and 3940.
    expect(waits(table, unknown)[0]).toBe(60 + 4 * 30)
    answer(table, known, 100)
    // Of six, the lower of the two in the middle: 60, and a deviation of 30.
    expect(waits(table, known)[0]).toBe(100 + 4 * 30)
  })

  it('forget in the median what they forget of an endpoint', () => {
    const table = newTable({ maxEndpoints: 5 })
    for (const [i, ms] of [10, 20, 30, 40, 50, 60, 70].entries()) {
      answer(table, endpoint('192.0.2.9', i + 1), ms)
    }
    expect(waits(table, unknown)[0]).toBe(50 + 4 * 10)
  })

  it('leave time for a distant endpoint among near ones', () => {
    const table = newTable()
    for (let i = 0; i < 50; i++) answer(table, endpoint('192.0.2.9', 1 + i), 20)
    const { transactionId } = table.open(unknown, 'far', 0)!
    const lapses = table.handleTimeout(3000)
    expect(lapses.map(({ kind }) => kind)).toEqual(['stalled'])
    expect(table.settle(transactionId, unknown, 3000)?.context).toBe('far')
  })

  it('of a suspect follow its round trip and double after each expiry', () => {
    const table = newTable()
    answer(table, known, 100)
    expect(table.open(known, 'lost', 0)!.isSuspect).toBe(false)
    table.handleTimeout(10_000)
    // It stalls as early as before: the caller then queries others in its place.
    expect(waits(table, known)).toEqual([300, 1200])
    expect(table.open(known, 'again', 0)!.isSuspect).toBe(true)
    table.handleTimeout(10_000)
    expect(waits(table, known)).toEqual([300, 2400])
    expect(waits(table, unknown)).toEqual([300, 4000])
    answer(table, known, 100)
    expect(waits(table, known)[0]).toBeLessThan(300)
    expect(table.open(known, 'anew', 0)!.isSuspect).toBe(false)
  })

  it('SEARCH-25, the part of the table: no endpoint is a suspect after 15 minutes', () => {
    const table = newTable()
    answer(table, known, 100)
    const { suspectMs } = TRANSACTION_DEFAULTS
    expect(suspectMs).toBe(900_000)
    const isSuspectAt = (now: number): boolean => {
      const transaction = table.open(known, 'ask', now)!
      table.cancel(transaction)
      return transaction.isSuspect
    }
    for (const lostAt of [10_000, 20_000, 20_000 + suspectMs]) {
      table.open(known, 'lost', lostAt - 4_000)
      table.handleTimeout(lostAt)
      expect([lostAt + suspectMs - 1, lostAt + suspectMs].map(isSuspectAt)).toEqual([true, false])
    }
    // Of three expiries the first two no longer count.
    const { sentAt, expireAt } = table.open(known, 'again', 30_000 + suspectMs)!
    expect(expireAt - sentAt).toBe(1_200)
  })

  it('never expire a query within 150 ms', () => {
    const table = newTable()
    for (let i = 0; i < 200; i++) answer(table, known, 1)
    table.open(known, 'lost', 0)
    table.handleTimeout(10_000)
    expect(waits(table, known)[1]).toBe(150)
  })

  it('are measured from the transmission that a response belongs to', () => {
    const [first, second] = [endpoint('192.0.2.8', 1), endpoint('192.0.2.8', 2)]
    const table = newTable()
    const slow = table.open(first, 'late', 0)!
    const lost = table.open(second, 'lost', 0)!
    const ids = table.handleTimeout(510).map((lapse) => lapse.kind === 'stalled' && lapse.secondId)
    table.settle(slow.transactionId, first, 570)
    expect(table.settle(ids[1] as Uint8Array, second, 570)).toBe(lost)
    expect(table.roundTripMs(first)).toBe(570)
    expect(table.roundTripMs(second)).toBe(60)
    // The estimate over all endpoints: mean 570 - 510/8, deviation 285 + (510 - 285)/4.
    expect(waits(table, unknown)[0]).toBe(506.25 + 4 * 341.25)
  })

  it('use the round trip of a response after the expiry', () => {
    const table = newTable()
    const { transactionId } = table.open(unknown, 'slow', 0)!
    table.handleTimeout(4000)
    expect(table.open(unknown, 'other', 4000)!.isSuspect).toBe(true)
    table.settleLate(transactionId, unknown, 5000)
    expect(table.roundTripMs(unknown)).toBe(5000)
    expect(table.open(unknown, 'anew', 5000)!.isSuspect).toBe(false)
    // The estimate over all endpoints has it, too.
    expect(waits(table, known)[0]).toBe(2000)
  })

  it('ignore a late response after the clock was set back', () => {
    const table = newTable()
    const { transactionId } = table.open(known, 'slow', 100)!
    table.handleTimeout(4100)
    expect(table.settleLate(transactionId, known, 99)?.isFailure).toBe(false)
    expect(table.roundTripMs(known)).toBeUndefined()
    expect(waits(table, known)).toEqual([500, 4000])
  })

  it('keep the allowed number of endpoints and drop the least recently updated', () => {
    const table = newTable({ maxEndpoints: 2 })
    const [a, b, c] = [1, 2, 3].map((port) => endpoint('192.0.2.7', port))
    answer(table, a!, 10)
    answer(table, b!, 20)
    answer(table, a!, 10)
    answer(table, c!, 30)
    expect([a, b, c].map((to) => table.roundTripMs(to!))).toEqual([10, undefined, 30])
  })

  it('distinguish endpoints with the same hash', () => {
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

  it('stay within their bounds, and a stall never comes after the expiry', () => {
    const samples = fc.array(fc.nat({ max: 30_000 }), { maxLength: 30, size: 'max' })
    fc.assert(
      fc.property(samples, fc.nat({ max: 9 }), (spans, lost) => {
        const table = newTable({ maxOpen: 50 })
        for (const span of spans) answer(table, known, span)
        for (let i = 0; i < lost; i++) {
          table.open(known, 'lost', 0)
          table.handleTimeout(1e9)
        }
        const [stall, expire] = waits(table, known)
        expect(stall).toBeGreaterThanOrEqual(TRANSACTION_DEFAULTS.minTimeoutMs)
        expect(stall).toBeLessThanOrEqual(TRANSACTION_DEFAULTS.maxTimeoutMs)
        expect(expire).toBeGreaterThanOrEqual(TRANSACTION_DEFAULTS.minGiveUpMs)
        expect(expire).toBeLessThanOrEqual(TRANSACTION_DEFAULTS.giveUpMs)
        expect(stall).toBeLessThanOrEqual(expire)
      }),
    )
  })
})
