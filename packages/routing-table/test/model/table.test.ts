// The table and the flat model agree on every answer and on the whole state, after every command.

import { Census, modelRuns, scripts } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Case, FLOORS } from './cases.ts'
import { newTable } from './commands.ts'
import { anyCommand, anySetup } from './scripts.ts'
import { TableModel } from './table-model.ts'

const census = new Census<Case>('routing-table', FLOORS)

it('RT-62, META-7, META-58, STATE-52: the table is its model, command by command', () => {
  const commands = fc.commands([anyCommand()], scripts(100))
  fc.assert(
    fc.property(anySetup(), commands, (setup, script) => {
      const start = () => ({
        model: { model: new TableModel(setup), census },
        real: { table: newTable(setup) },
      })
      fc.modelRun(start, script)
    }),
    modelRuns(2.5),
  )
  expect(census.close()).toEqual([])
}, 600_000)
