// Calls that begin and end under a few signals, in any order. The oracle is a set for each signal;
// Node counts the listeners.

import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { onAbort } from '../../src/shell/abort-signals.ts'

interface Call {
  readonly end: () => void
  isOpen: boolean
  told: number
}

const step = fc.record({
  kind: fc.constantFrom('begin', 'begin', 'begin', 'end', 'end', 'abort'),
  signal: fc.nat({ max: 1 }),
  which: fc.nat(),
})

it('API-3: a signal has one listener while calls use it, and each open call is told', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const worlds = [0, 1].map(() => ({ controller: new AbortController(), calls: [] as Call[] }))
      for (const { kind, signal: at, which } of steps) {
        const { controller, calls } = worlds[at]!
        const { signal } = controller
        if (kind === 'begin' && !signal.aborted) {
          const call: Call = {
            isOpen: true,
            told: 0,
            end: onAbort(signal, () => {
              call.told++
              // As a call does that ends because of it.
              call.end()
            }),
          }
          calls.push(call)
        }
        const chosen = calls[which % calls.length]
        if (kind === 'end' && chosen !== undefined) {
          chosen.end()
          chosen.isOpen = false
        }
        const isFirst = kind === 'abort' && !signal.aborted
        const expected = calls.map(({ isOpen, told }) => told + Number(isFirst && isOpen))
        if (kind === 'abort') controller.abort()
        if (isFirst) for (const call of calls) call.isOpen = false
        expect(calls.map(({ told }) => told)).toEqual(expected)
        const open = calls.some(({ isOpen }) => isOpen)
        expect(getEventListeners(signal, 'abort')).toHaveLength(open ? 1 : 0)
      }
    }),
  )
})

it('API-3: a call that another call ends under the same signal is not told', () => {
  const controller = new AbortController()
  const told: string[] = []
  onAbort(controller.signal, () => {
    told.push('first')
    endSecond()
  })
  const endSecond = onAbort(controller.signal, () => told.push('second'))
  controller.abort()
  expect(told).toEqual(['first'])
})
