// The models of this package in a world that has no clock, no chance and no timers of its own.

import { Census, MODEL_TIMEOUT_MS, scripts } from '@dht/testing/census'
import { withoutAmbience } from '@dht/testing/without-ambience'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FLOORS } from './transaction-table.cases.ts'
import { anyCommand, anySetup, begin, drain } from './transaction-table.script.ts'

it('TIME-51: table and codec live on their arguments alone', { timeout: MODEL_TIMEOUT_MS }, () => {
  const census = new Census('transaction-table', FLOORS)
  const drawn = fc.sample(fc.tuple(anySetup, fc.commands([anyCommand], scripts(60))), {
    numRuns: 20,
    seed: 51,
  })
  let settled = 0
  withoutAmbience(() => {
    for (const [setup, commands] of drawn) {
      const { model, real } = begin(setup, census)
      fc.modelRun(() => ({ model, real }), commands)
      drain(model, real)
      settled += [...model.model.ends.values()].filter(([how]) => how === 'settled').length
    }
  })
  expect(settled).toBeGreaterThan(20)
})
