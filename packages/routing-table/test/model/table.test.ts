// The table and the model agree on every result and on the whole state, after every command. At the
// end of every script the state is a valid one.

import { Census, MODEL_TIMEOUT_MS, modelRuns, scripts } from '@dht/testing/census'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dueViolations, windowViolations } from '../support/window-laws.ts'
import { violations } from '../support/world.ts'
import { type Case, FLOORS } from './cases.ts'
import { newTable, type Real, type Side } from './commands.ts'
import { anyCommand, anySetup } from './scripts.ts'
import { TableModel } from './table-model.ts'

/** All that is wrong with a table, regardless of its model. */
function wrong({ table }: Real, { model: { setup, latest } }: Side): string[] {
  const state = table.snapshot()
  const announced = { ...setup, nextRefreshAt: table.nextRefreshAt(), now: latest }
  const shape = violations(state, setup).filter(
    (law) => setup.heedsAddresses || !law.includes('address'),
  )
  return [...shape, ...windowViolations(state, table), ...dueViolations(state, announced)]
}

function holds(name: string, widths: readonly number[], runs: number): void {
  // The least counts are for 2.5 times the usual runs, of which one world reaches half.
  const floors = Object.entries(FLOORS).map(([each, least]) => [
    each,
    Math.floor(least * runs * 0.3),
  ])
  const census = new Census<Case>(name, Object.fromEntries(floors) as Record<Case, number>)
  const commands = fc.commands([anyCommand()], scripts(100))
  fc.assert(
    fc.property(anySetup(widths), commands, (setup, script) => {
      const model = { model: new TableModel(setup), census }
      const real = { table: newTable(setup) }
      fc.modelRun(() => ({ model, real }), script)
      expect(wrong(real, model)).toEqual([])
    }),
    modelRuns(runs),
  )
  expect(census.close()).toEqual([])
}

describe('the table equals its model after every command', () => {
  const laws = 'RT-6, RT-9, RT-13, RT-15, RT-16, RT-17, RT-50, RT-51, RT-54, RT-55, RT-62'
  const more = 'META-7, META-12, META-55, META-56, META-58, META-61, STATE-4, STATE-10, STATE-52'

  it(`${laws}, ${more}: in a world of 256 ids`, { timeout: MODEL_TIMEOUT_MS }, () => {
    holds('routing-table', [1], 1.5)
  })

  it(`${laws}, ${more}: with 160 and 256 bits`, { timeout: MODEL_TIMEOUT_MS }, () => {
    holds('routing-table-at-scale', [20, 32], 0.6)
  })
})
