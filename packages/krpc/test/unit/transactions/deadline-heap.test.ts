// The heap compared with a list that is searched linearly.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Deadline, DeadlineHeap } from '../../../src/transactions/deadline-heap.ts'

// Few instants make ties, many make deep heaps with different branches.
const moment = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 1000 }))

const anyStep = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), at: moment }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('move' as const), which: fc.nat(), at: moment }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), which: fc.nat() }) },
)

it('the first deadline is the earliest after any additions, moves and removals', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 200, size: 'max' }), (steps) => {
      const heap = new DeadlineHeap<number>()
      const alarms: Deadline<number>[] = []
      for (const [index, step] of steps.entries()) {
        if (step.do === 'add') alarms.push(heap.add(index, step.at))
        else if (alarms.length > 0) {
          const place = step.which % alarms.length
          const alarm = alarms[place]!
          if (step.do === 'move') heap.move(alarm, step.at)
          else heap.remove(alarms.splice(place, 1)[0]!)
        }
        const earliest = Math.min(...alarms.map(({ at }) => at))
        expect(heap.first()).toBe(alarms.find(({ at }) => at === earliest))
      }
      // Removed one after another, they come in order: of equal ones the oldest first, each once.
      const order: Deadline<number>[] = []
      for (let alarm = heap.first(); alarm !== undefined; alarm = heap.first()) {
        order.push(alarm)
        heap.remove(alarm)
      }
      expect(order).toEqual(alarms.toSorted((a, b) => a.at - b.at))
    }),
  )
})
