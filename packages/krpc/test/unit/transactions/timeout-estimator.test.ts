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
  it('starts with 500 ms, and gives nobody up before 4 s', () => {
    expect(waits(newTable(), known)).toEqual([500, 4000])
  })

  it('follows the first answer: mean plus four deviations of half the mean', () => {
    const table = newTable()
    answer(table, known, 100)
    expect(table.roundTripMs(known)).toBe(100)
    expect(waits(table, known)).toEqual([300, 4000])
  })

  it('smooths later answers by 1/8 and 1/4', () => {
    const table = newTable()
    answer(table, known, 100)
    answer(table, known, 180)
    // Mean 100 + 80/8 = 110, deviation 50 + (80 - 50)/4 = 57.5.
    expect(table.roundTripMs(known)).toBe(110)
    expect(waits(table, known)).toEqual([340, 4000])
  })

  it('never counts an answer as late within 25 ms of the mean', () => {
    const table = newTable()
    for (let i = 0; i < 200; i++) answer(table, known, 20)
    expect(waits(table, known)[0]).toBeCloseTo(45, 3)
  })

  it('stalls nobody before the floor, nor after the ceiling', () => {
    const table = newTable({ minTimeoutMs: 60, maxTimeoutMs: 700 })
    for (let i = 0; i < 200; i++) answer(table, known, 20)
    expect(waits(table, known)[0]).toBe(60)
    answer(table, stranger, 3000)
    expect(waits(table, stranger)[0]).toBe(700)
  })

  it('gives strangers the time-out that everybody together has earned', () => {
    const table = newTable()
    answer(table, known, 100)
    expect(waits(table, stranger)).toEqual([300, 4000])
    expect(table.roundTripMs(stranger)).toBeUndefined()
  })

  it('waits for a far stranger among near ones', () => {
    const table = newTable()
    for (let i = 0; i < 50; i++) answer(table, endpoint('192.0.2.9', 1 + i), 20)
    const { transactionId } = table.open(stranger, 'far', 0)!
    const lapses = table.handleTimeout(3000)
    expect(lapses.map(({ kind }) => kind)).toEqual(['stalled'])
    expect(table.settle(transactionId, stranger, 3000)?.context).toBe('far')
  })

  it('gives a suspect up by measure, twice as late after each expiry', () => {
    const table = newTable()
    answer(table, known, 100)
    expect(table.open(known, 'lost', 0)!.isSuspect).toBe(false)
    table.handleTimeout(10_000)
    // It stalls as early as before: others are asked in its place meanwhile.
    expect(waits(table, known)).toEqual([300, 1200])
    expect(table.open(known, 'again', 0)!.isSuspect).toBe(true)
    table.handleTimeout(10_000)
    expect(waits(table, known)).toEqual([300, 2400])
    expect(waits(table, stranger)).toEqual([300, 4000])
    answer(table, known, 100)
    expect(waits(table, known)[0]).toBeLessThan(300)
    expect(table.open(known, 'anew', 0)!.isSuspect).toBe(false)
  })

  it('SEARCH-25, the part of the table: suspects nobody for longer than 15 minutes', () => {
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
    // Of three expiries the first two count no more.
    const { sentAt, expireAt } = table.open(known, 'again', 30_000 + suspectMs)!
    expect(expireAt - sentAt).toBe(1_200)
  })

  it('gives nobody up within 150 ms', () => {
    const table = newTable()
    for (let i = 0; i < 200; i++) answer(table, known, 1)
    table.open(known, 'lost', 0)
    table.handleTimeout(10_000)
    expect(waits(table, known)[1]).toBe(150)
  })

  it('times an answer against the sending that it answers', () => {
    const [first, second] = [endpoint('192.0.2.8', 1), endpoint('192.0.2.8', 2)]
    const table = newTable()
    const slow = table.open(first, 'late', 0)!
    const lost = table.open(second, 'lost', 0)!
    const ids = table.handleTimeout(510).map((lapse) => lapse.kind === 'stalled' && lapse.secondId)
    table.settle(slow.transactionId, first, 570)
    expect(table.settle(ids[1] as Uint8Array, second, 570)).toBe(lost)
    expect(table.roundTripMs(first)).toBe(570)
    expect(table.roundTripMs(second)).toBe(60)
    // And all of them together: mean 570 - 510/8, deviation 285 + (510 - 285)/4.
    expect(waits(table, stranger)[0]).toBe(506.25 + 4 * 341.25)
  })

  it('learns a round trip from an answer that came after the end', () => {
    const table = newTable()
    const { transactionId } = table.open(stranger, 'slow', 0)!
    table.handleTimeout(4000)
    expect(table.open(stranger, 'other', 4000)!.isSuspect).toBe(true)
    table.settleLate(transactionId, stranger, 5000)
    expect(table.roundTripMs(stranger)).toBe(5000)
    expect(table.open(stranger, 'anew', 5000)!.isSuspect).toBe(false)
    // All endpoints together have learnt it, too.
    expect(waits(table, known)[0]).toBe(2000)
  })

  it('learns nothing from a late answer after the clock was set back', () => {
    const table = newTable()
    const { transactionId } = table.open(known, 'slow', 100)!
    table.handleTimeout(4100)
    expect(table.settleLate(transactionId, known, 99)?.isFailure).toBe(false)
    expect(table.roundTripMs(known)).toBeUndefined()
    expect(waits(table, known)).toEqual([500, 4000])
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
