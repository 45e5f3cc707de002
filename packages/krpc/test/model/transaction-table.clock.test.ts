// Scripts that send queries and let time pass. The round trip of an endpoint decides when its
// response arrives. Near and distant endpoints are mixed, so a timeout learnt from near endpoints
// is too short for distant ones.

import { TRANSACTION_DEFAULTS } from '@dht/krpc'
import { Census, MODEL_TIMEOUT_MS, modelRuns, scripts } from '@dht/testing/census'
import { routeWithin } from '@dht/testing/round-trips'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TIMED_FLOORS } from './transaction-table.clock.cases.ts'
import { type TimedSetup, TimedTable } from './transaction-table.clock.ts'
import { ENDPOINTS } from './transaction-table.steps.ts'

type Command = fc.Command<object, TimedTable>

const { firstTimeoutMs, giveUpMs, keepExpiredMs, suspectMs } = TRANSACTION_DEFAULTS
const spans = { firstStallMs: firstTimeoutMs, giveUpMs, forgetMs: giveUpMs + keepExpiredMs }

const anySetup: fc.Arbitrary<TimedSetup> = fc.record({
  seed: fc.nat({ max: 9999 }),
  maxOpen: fc.constantFrom(3, 8),
  routes: fc.array(routeWithin(spans), { minLength: 2, maxLength: ENDPOINTS.length }),
})

function command(name: string, run: (table: TimedTable) => void): Command {
  return { check: () => true, run: (_, table) => run(table), toString: () => name }
}

const open = fc
  .nat({ max: ENDPOINTS.length - 1 })
  .map((to) => command(`open(${to})`, (table) => table.open(to)))

const cancel = fc.nat().map((which) => command(`cancel(${which})`, (table) => table.cancel(which)))

const step = fc.constant(command('step()', (table) => table.step()))

const passing = (most: number) =>
  fc.nat({ max: most }).map((ms) => command(`pass(${ms})`, (table) => table.pass(ms)))

const sleep = fc
  .nat({ max: 3 * giveUpMs })
  .map((ms) => command(`sleep(${ms})`, (table) => table.sleep(ms)))

/**
 * Queries one endpoint several times. All responses but the last have time to arrive in between.
 */
const askInTurn = fc
  .record({ to: fc.nat({ max: ENDPOINTS.length - 1 }), times: fc.integer({ min: 2, max: 8 }) })
  .map(({ to, times }) =>
    command(`askInTurn(${to}, ${times})`, (table) => {
      for (let time = 0; time < times; time += 1) {
        table.open(to)
        table.pass(2 * giveUpMs)
      }
    }),
  )

const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: open },
  { weight: 8, arbitrary: step },
  { weight: 4, arbitrary: passing(giveUpMs) },
  { weight: 1, arbitrary: passing(2 * keepExpiredMs) },
  { weight: 1, arbitrary: passing(2 * suspectMs) },
  { weight: 1, arbitrary: sleep },
  { weight: 1, arbitrary: cancel },
  { weight: 2, arbitrary: askInTurn },
)

const LAWS = 'NET-64, NET-67, NET-68'

it(`${LAWS}: a response in time settles its query, a late one undoes one failure`, {
  timeout: MODEL_TIMEOUT_MS,
}, () => {
  const census = new Census('transaction-table-in-time', TIMED_FLOORS)
  fc.assert(
    fc.property(anySetup, fc.commands([anyCommand], scripts(60)), (setup, commands) => {
      const real = new TimedTable(setup, census)
      fc.modelRun(() => ({ model: {}, real }), commands)
      real.finish()
    }),
    modelRuns(2),
  )
  expect(census.close()).toEqual([])
})
