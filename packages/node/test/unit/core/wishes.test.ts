import { expect, it } from 'vitest'
import { newCounters } from '../../../src/core/counters.ts'
import { Outbox } from '../../../src/core/outbox.ts'
import { Wishes } from '../../../src/core/wishes.ts'

function withRoom(most: number): { readonly wishes: Wishes; readonly outbox: Outbox } {
  const outbox = new Outbox(newCounters())
  return { wishes: new Wishes(outbox, most), outbox }
}

/** A wish that notes whether it was cancelled. */
function wish(): { cancelled: boolean; cancel(): void } {
  return {
    cancelled: false,
    cancel() {
      this.cancelled = true
    },
  }
}

it('settles a wish exactly once', () => {
  const { wishes, outbox } = withRoom(2)
  wishes.add(1, wish())
  wishes.settle(1, { kind: 'withdrawn' })
  wishes.settle(1, { kind: 'cancelled' })
  expect(outbox.drain()).toEqual([{ kind: 'settle', ticket: 1, outcome: { kind: 'withdrawn' } }])
  expect(wishes.size).toBe(0)
})

it('cancels a wish that is under way, and no other', () => {
  const { wishes, outbox } = withRoom(2)
  const [mine, other] = [wish(), wish()]
  wishes.add(1, mine)
  wishes.add(2, other)
  expect(wishes.cancel(1)).toBe(true)
  expect(wishes.cancel(1)).toBe(false)
  expect([mine.cancelled, other.cancelled]).toEqual([true, false])
  expect(outbox.drain()).toEqual([{ kind: 'settle', ticket: 1, outcome: { kind: 'cancelled' } }])
})

it('turns away what is too much, at once', () => {
  const { wishes, outbox } = withRoom(1)
  expect(wishes.add(1, wish())).toBe(true)
  expect(wishes.add(2, wish())).toBe(false)
  expect(outbox.drain()).toEqual([{ kind: 'settle', ticket: 2, outcome: { kind: 'busy' } }])
})

it('a wish that goes on when it is settled counts no more, and ends or is cancelled once', () => {
  const { wishes, outbox } = withRoom(1)
  const [one, other] = [wish(), wish()]
  for (const [ticket, each] of [one, other].entries()) {
    wishes.add(ticket, each)
    wishes.letGoOn(ticket)
    wishes.settle(ticket, { kind: 'withdrawn' })
  }
  expect([wishes.size, wishes.tickets]).toEqual([0, []])
  outbox.drain()
  wishes.end(0)
  wishes.end(0)
  expect(wishes.cancel(0)).toBe(false)
  expect(wishes.cancel(1)).toBe(true)
  expect([one.cancelled, other.cancelled]).toEqual([false, true])
  expect(outbox.drain()).toEqual([
    { kind: 'ended', ticket: 0 },
    { kind: 'ended', ticket: 1 },
  ])
})
