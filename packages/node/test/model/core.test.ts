// Compares a whole core with its model: every effect of every step, and the inspection after it.
// Once in small worlds where every limit is near, once with ids of real size.

import { Census, MODEL_TIMEOUT_MS, runUntilReached, scripts } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Case, FLOORS, FLOORS_AT_SCALE } from './core.cases.ts'
import { anyCommand } from './core.commands.ts'
import { anySetup, World } from './core.world.ts'

function play(
  name: string,
  floors: Readonly<Partial<Record<Case, number>>>,
  budget: number,
): readonly string[] {
  const census = new Census<Case>(name, floors as Readonly<Record<Case, number>>)
  const counting = {
    count: (what: Case): void => {
      if (what in floors) census.count(what)
    },
  }
  const commands = fc.commands([anyCommand()], scripts(100))
  const property = fc.property(anySetup(name === 'node-core'), commands, (setup, script) => {
    fc.modelRun(() => ({ model: new World(setup, counting), real: {} }), script)
  })
  return runUntilReached(census, budget, (parameters) => fc.assert(property, parameters))
}

const ASKED = 'NET-6…9, 51…53, 55…58, 66, STATE-4, 10, 57, TIME-8, TRACK-1, PUB-1…3, 8, API-6'
const ANSWERED = 'NET-10…16, 50, 54, AMP-1…3, 5, 6, TOKEN-1, 2, 4, 5, 7, STORE-2, 3, STATE-1…3, 59'

const ITEMS = 'ITEM-11, 12, 14, 15, 24, 25, SAMPLE-1, ADD-2'

it(`${ASKED}, ${ANSWERED}, ${ITEMS}, SCRAPE-4: the core is its model`, {
  timeout: MODEL_TIMEOUT_MS,
}, () => {
  expect(play('node-core', FLOORS, 0.45)).toEqual([])
})

it('STATE-57, NET-12, NET-50, SEARCH-4, TRACK-1: the core is its model at real scale', {
  timeout: MODEL_TIMEOUT_MS,
}, () => {
  expect(play('node-core-at-scale', FLOORS_AT_SCALE, 0.08)).toEqual([])
})
