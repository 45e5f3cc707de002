// The transaction table compared with its model, in scripts of late, duplicated, misdirected and
// missing responses, under a clock that skips time and runs backwards.

import { Census, MODEL_TIMEOUT_MS, modelRuns, scripts } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FLOORS } from './transaction-table.cases.ts'
import { anyCommand, anySetup, begin, drain } from './transaction-table.script.ts'

const LAWS = 'NET-4, NET-5, NET-18, NET-51, NET-52, NET-53, NET-54, NET-58, NET-61, NET-64'

it(`${LAWS}: the table behaves as its model`, {
  timeout: MODEL_TIMEOUT_MS,
}, () => {
  const census = new Census('transaction-table', FLOORS)
  fc.assert(
    fc.property(anySetup, fc.commands([anyCommand], scripts(80)), (setup, commands) => {
      const { model, real } = begin(setup, census)
      fc.modelRun(() => ({ model, real }), commands)
      drain(model, real)
    }),
    modelRuns(4),
  )
  expect(census.close()).toEqual([])
})
