// The model of the table in a world that has no clock, no chance and no timers of its own.

import { Census, MODEL_TIMEOUT_MS, scripts } from '@dht/testing/census'
import { withoutAmbience } from '@dht/testing/without-ambience'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Case, FLOORS } from './cases.ts'
import { newTable } from './commands.ts'
import { anyCommand, anySetup } from './scripts.ts'
import { TableModel } from './table-model.ts'

it('TIME-51: the table lives on its arguments alone', { timeout: MODEL_TIMEOUT_MS }, () => {
  const census = new Census<Case>('routing-table', FLOORS)
  const drawn = fc.sample(fc.tuple(anySetup(), fc.commands([anyCommand()], scripts(100))), {
    numRuns: 10,
    seed: 51,
  })
  let members = 0
  withoutAmbience(() => {
    for (const [setup, script] of drawn) {
      const model = { model: new TableModel(setup), census }
      const real = { table: newTable(setup) }
      fc.modelRun(() => ({ model, real }), script)
      members += real.table.size
    }
  })
  expect(members).toBeGreaterThan(10)
})
