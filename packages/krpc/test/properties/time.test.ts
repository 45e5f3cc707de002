// Time in the transaction table: an argument in one unit. The table neither reads a clock nor
// waits. These are the laws of timers (due once, never early, never after a cancel), for deadlines
// that are looked at.

import {
  type Endpoint,
  endpoint,
  type TimeoutEvent,
  type Transaction,
  TransactionTable,
} from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Deadline, DeadlineHeap } from '../../src/transactions/deadline-heap.ts'

const PLACES: readonly Endpoint[] = [1, 2, 3].map((port) => endpoint('192.0.2.1', port))

const spans = (unit: number) => ({
  firstTimeoutMs: 64 * unit,
  minTimeoutMs: 16 * unit,
  maxTimeoutMs: 128 * unit,
  minMarginMs: 16 * unit,
  giveUpMs: 128 * unit,
  minGiveUpMs: 32 * unit,
  keepExpiredMs: 1024 * unit,
  suspectMs: 512 * unit,
})

type Step =
  | { readonly do: 'open'; readonly to: number }
  | { readonly do: 'answer'; readonly which: number }
  | { readonly do: 'pass'; readonly ms: number }

const anyScript: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('open' as const), to: fc.nat({ max: 2 }) }),
    fc.record({ do: fc.constant('answer' as const), which: fc.nat({ max: 9 }) }),
    fc.record({ do: fc.constant('pass' as const), ms: fc.nat({ max: 90 }) }),
  ),
  { maxLength: 40, size: 'max' },
)

/**
 * Runs a script from `start`, with all times multiplied by `unit`. Returns what was reported, as if
 * it had started at 0.
 */
function play(script: readonly Step[], start: number, unit: number): string[] {
  const table = new TransactionTable<number>(seededRandom(1), spans(unit))
  const open: Transaction<number>[] = []
  const told: string[] = []
  const since = (at: number) => (at - start) / unit
  let now = start
  const end = (how: string, { context, sentAt, stallAt, expireAt }: Transaction<number>) =>
    told.push([how, context, since(now), ...[sentAt, stallAt, expireAt].map(since)].join(' '))
  for (const [index, step] of script.entries()) {
    if (step.do === 'open') open.push(table.open(PLACES[step.to]!, index, now)!)
    if (step.do === 'pass') now += step.ms * unit
    const asked = step.do === 'answer' ? open[step.which % open.length] : undefined
    if (asked !== undefined) {
      const settled = table.settle(asked.transactionId, asked.to, now)
      if (settled !== undefined) end('settled', settled)
    }
    for (const { kind, transaction } of table.handleTimeout(now)) end(kind, transaction)
  }
  return told
}

const nameOf = ({ kind, transaction }: TimeoutEvent<number>) => `${kind} ${transaction.context}`

describe('instants', () => {
  it('TIME-2: only differences count: a script runs the same from any starting instant', () => {
    const anyStart = fc.constantFrom(1, -4096, 2 ** 40, 2 ** 52 - 2 ** 20)
    fc.assert(
      fc.property(anyScript, anyStart, (script, start) => {
        // Averages of round trips are sums of fractions, which are exact for a while.
        const plain = play(script, 0, 1)
        const later = play(script, start, 1)
        expect(later.map((line) => line.split(' ').slice(0, 3))).toEqual(
          plain.map((line) => line.split(' ').slice(0, 3)),
        )
      }),
    )
  })

  it('TIME-3: scaling all spans and instants by a power of two changes nothing else', () => {
    fc.assert(
      fc.property(anyScript, fc.constantFrom(2, 1024, 1 / 2, 1 / 64), (script, unit) => {
        expect(play(script, 0, unit)).toEqual(play(script, 0, 1))
      }),
    )
  })

  it('TIME-1: one step to an instant causes the same ends as many steps', () => {
    const steps = fc.array(fc.nat({ max: 60 }), { maxLength: 12, size: 'max' })
    const openings = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 8, size: 'max' })
    fc.assert(
      fc.property(openings, steps, (ages, parts) => {
        const [stepwise, atOnce] = [1, 2].map((seed) => {
          const table = new TransactionTable<number>(seededRandom(seed), spans(1))
          for (const [n, at] of ages.entries()) table.open(PLACES[n % 3]!, n, at)
          return table
        })
        let now = 40
        const seen: TimeoutEvent<number>[] = []
        for (const part of parts) {
          now += part
          seen.push(...stepwise!.handleTimeout(now))
          // The same instant again reports nothing.
          expect(stepwise!.handleTimeout(now)).toEqual([])
        }
        const expired = (all: readonly TimeoutEvent<number>[]) =>
          all.filter(({ kind }) => kind === 'expired').map(nameOf)
        const rest = atOnce!.handleTimeout(now)
        expect(expired(seen).sort()).toEqual(expired(rest).sort())
        expect(stepwise!.size).toBe(atOnce!.size)
      }),
    )
  })

  it('TIME-50: the order of events at one instant changes only the order of ends', () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 })
    fc.assert(
      fc.property(order, order, fc.nat({ max: 5 }), (opened, answered, count) => {
        const ends = [[0, 1, 2, 3, 4, 5], opened].map((sequence, way) => {
          const table = new TransactionTable<number>(seededRandom(way), spans(1))
          const all = new Map(sequence.map((n) => [n, table.open(PLACES[n % 3]!, n, 0)!]))
          const answers = answered.slice(0, count)
          for (const n of way === 0 ? answers.toSorted() : answers) {
            table.settle(all.get(n)!.transactionId, PLACES[n % 3]!, 10)
          }
          return [
            ...table.handleTimeout(64).map(nameOf).sort(),
            ...table.handleTimeout(128).map(nameOf).sort(),
          ]
        })
        expect(ends[1]).toEqual(ends[0])
      }),
    )
  })
})

interface Timer {
  readonly name: number
  readonly at: number
  readonly alarm: Deadline<number>
}

const anyTimerStep = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('set' as const), ms: fc.nat({ max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), ms: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat({ max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fire' as const), ms: fc.nat() }) },
)

describe('deadlines', () => {
  it('TIME-4, TIME-5, TIME-6: each is due once, at its instant, not after its removal', () => {
    let fired = 0
    fc.assert(
      fc.property(fc.array(anyTimerStep, { maxLength: 60, size: 'max' }), (steps) => {
        const heap = new DeadlineHeap<number>()
        let timers: Timer[] = []
        let now = 0
        for (const [name, { do: what, ms }] of steps.entries()) {
          const some = timers[ms % Math.max(1, timers.length)]
          if (what === 'pass') now += ms
          if (what === 'set') {
            const alarm = heap.add(name, now + ms)
            expect([alarm.item, alarm.at]).toEqual([name, now + ms])
            expect(timers.every((each) => each.alarm !== alarm)).toBe(true)
            timers.push({ name, at: now + ms, alarm })
          }
          if (what === 'cancel' && some !== undefined) {
            heap.remove(some.alarm)
            timers = timers.filter((each) => each !== some)
          }
          const first = heap.first()
          const earliest = Math.min(...timers.map(({ at }) => at))
          expect(first?.at ?? Number.POSITIVE_INFINITY).toBe(earliest)
          if (what !== 'fire' || first === undefined || first.at > now) continue
          heap.remove(first)
          expect(timers.filter(({ name: each }) => each === first.item)).toHaveLength(1)
          timers = timers.filter(({ name: each }) => each !== first.item)
          fired++
        }
      }),
    )
    expect(fired).toBeGreaterThan(0)
  })

  it('TIME-5: a query can be cancelled once, and not after its end', () => {
    const table = new TransactionTable<string>(seededRandom(5), spans(1))
    const [answered, expired, open] = ['a', 'b', 'c'].map(
      (context, n) => table.open(PLACES[n]!, context, 0)!,
    )
    table.settle(answered!.transactionId, PLACES[0]!, 1)
    table.failTo(PLACES[1]!)
    expect([answered, expired, open, open].map((each) => table.cancel(each!))).toEqual([
      ...[false, false],
      ...[true, false],
    ])
    expect([table.nextTimeout(), table.handleTimeout(1e9)]).toEqual([undefined, []])
  })

  it('TIME-7: two queries with the same context end separately', () => {
    const table = new TransactionTable<string>(seededRandom(7), spans(1))
    const [first, second] = [0, 1].map((now) => table.open(PLACES[0]!, 'twin', now)!)
    expect(table.cancel(second!)).toBe(true)
    const lapses = table.handleTimeout(128).map(({ kind, transaction }) => [kind, transaction])
    expect(lapses).toEqual([['expired', first]])
    expect(table.handleTimeout(1e9)).toEqual([])
  })
})
