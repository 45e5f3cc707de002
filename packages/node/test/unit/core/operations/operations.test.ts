import { expect, it } from 'vitest'
import { newCounters } from '../../../../src/core/counters.ts'
import { Operations } from '../../../../src/core/operations/operations.ts'
import { Outbox } from '../../../../src/core/outbox.ts'

function withRoom(most: number): { readonly operations: Operations; readonly outbox: Outbox } {
  const outbox = new Outbox(newCounters([]))
  return { operations: new Operations(outbox, most), outbox }
}

/** An operation that records whether it was cancelled. */
function request(): { cancelled: boolean; cancel(): void } {
  return {
    cancelled: false,
    cancel() {
      this.cancelled = true
    },
  }
}

it('settles an operation exactly once', () => {
  const { operations, outbox } = withRoom(2)
  operations.add(1, request())
  operations.settle(1, { kind: 'withdrawn' })
  operations.settle(1, { kind: 'cancelled' })
  expect(outbox.drain()).toEqual([
    { kind: 'settle', operationId: 1, outcome: { kind: 'withdrawn' } },
  ])
  expect(operations.size).toBe(0)
})

it('cancels a running operation, and no other', () => {
  const { operations, outbox } = withRoom(2)
  const [mine, other] = [request(), request()]
  operations.add(1, mine)
  operations.add(2, other)
  expect(operations.cancel(1)).toBe(true)
  expect(operations.cancel(1)).toBe(false)
  expect([mine.cancelled, other.cancelled]).toEqual([true, false])
  expect(outbox.drain()).toEqual([
    { kind: 'settle', operationId: 1, outcome: { kind: 'cancelled' } },
  ])
})

it('refuses more than the limit at once', () => {
  const { operations, outbox } = withRoom(1)
  expect(operations.add(1, request())).toBe(true)
  expect(operations.add(2, request())).toBe(false)
  expect(outbox.drain()).toEqual([{ kind: 'settle', operationId: 2, outcome: { kind: 'busy' } }])
})

it('one that goes on after its result no longer counts, and ends or is cancelled once', () => {
  const { operations, outbox } = withRoom(1)
  const [one, other] = [request(), request()]
  for (const [operationId, each] of [one, other].entries()) {
    operations.add(operationId, each)
    operations.keepListening(operationId)
    operations.settle(operationId, { kind: 'withdrawn' })
  }
  expect([operations.size, operations.ids]).toEqual([0, []])
  outbox.drain()
  operations.end(0)
  operations.end(0)
  expect(operations.cancel(0)).toBe(false)
  expect(operations.cancel(1)).toBe(true)
  expect([one.cancelled, other.cancelled]).toEqual([false, true])
  expect(outbox.drain()).toEqual([
    { kind: 'ended', operationId: 0 },
    { kind: 'ended', operationId: 1 },
  ])
})
