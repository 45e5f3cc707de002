import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Chance } from '../../src/chance.ts'
import { EventQueue } from '../../src/event-queue.ts'
import type { Queued } from '../../src/queued.ts'

interface Numbered extends Queued {
  readonly number: number
}

const event = (at: number, number: number): Numbered => ({ at, number, order: 0, next: undefined })

/** Delays within a slot, within the ring, at its end and far beyond it. */
const delay = fc.oneof(
  fc.nat(3),
  fc.nat(4_095),
  fc.integer({ min: 4_094, max: 4_098 }),
  fc.nat(10_000_000),
)

/** Insert an event after a delay, or take the events that are due within a time. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ put: delay }) },
  fc.record({ take: delay }),
)

describe('event queue', () => {
  it('TIME-6: returns what is due by instant and then in order, like a sorted list', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const queue = new EventQueue<Numbered>()
        let [list, now, count] = [[] as Numbered[], 0, 0]
        for (const each of steps) {
          if ('put' in each) {
            const made = event(now + each.put, count++)
            queue.push(made)
            list.push(made)
          } else {
            const until = now + each.take
            list = list.toSorted((a, b) => a.at - b.at || a.number - b.number)
            for (;;) {
              expect(queue.nextAt()).toBe(list[0]?.at)
              const taken = queue.take(until)
              expect(taken).toBe(list[0] !== undefined && list[0].at <= until ? list[0] : undefined)
              if (taken === undefined) break
              list.shift()
              now = taken.at
            }
          }
          expect(queue.size).toBe(list.length)
        }
      }),
    )
  })

  it('TIME-50: shuffles events within an instant, never across instants', () => {
    const orders = new Set<string>()
    for (let seed = 0; seed < 200; seed++) {
      const queue = new EventQueue<Numbered>(Chance.of(seed))
      for (const [number, at] of [5, 5, 5, 4, 9_000, 9_000].entries()) queue.push(event(at, number))
      const taken = Array.from({ length: 6 }, () => queue.take(10_000)?.number)
      expect(taken[0]).toBe(3)
      expect(new Set(taken.slice(1, 4))).toEqual(new Set([0, 1, 2]))
      expect(queue.take(10_000)).toBeUndefined()
      orders.add(taken.join())
    }
    expect(orders.size).toBe(12)
  })
})
