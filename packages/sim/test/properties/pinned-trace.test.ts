// Traces written down once. They are the same on every engine and machine; they change when what is
// traced behaves differently, and then only on purpose: take the new one if that was meant.

import { expect, it } from 'vitest'
import { traceOfNodes, traceOfTheSimulator } from '../support/pinned-life.ts'

it('SIM-S10: a life of the simulator alone is the one written down', () => {
  expect(traceOfTheSimulator()).toBe('7f76f19ca0438f9c')
})

it('SIM-S10: a life of real nodes is the one written down', () => {
  expect(traceOfNodes()).toBe('1ce624df48a32389')
})
