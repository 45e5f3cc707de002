// The peer store beside the naive list, command by command.

import { seededRandom } from '@dht/testing'
import { Census, MODEL_TIMEOUT_MS, modelRuns, scripts } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PeerStore } from '../../src/index.ts'
import { NaiveStore } from '../support/world.ts'
import { anyCommand, anyConfig, compare, FLOORS } from './peer-store.script.ts'

it('STORE-4, STORE-6, STORE-51, STORE-52, STORE-54, STORE-55: the store is its model', {
  timeout: MODEL_TIMEOUT_MS,
}, () => {
  const census = new Census('peer-store', FLOORS)
  fc.assert(
    fc.property(anyConfig, fc.commands([anyCommand], scripts(60)), (config, commands) => {
      const model = { naive: new NaiveStore(config), census, now: 0, latest: 0 }
      const real = new PeerStore(seededRandom(7), config)
      // From here on both have been told the same time.
      compare(model, real)
      fc.modelRun(() => ({ model, real }), commands)
    }),
    modelRuns(1.5),
  )
  expect(census.close()).toEqual([])
})
