// The store and its tokens in a world that has no clock, no chance and no timers of its own.

import { seededRandom } from '@dht/testing'
import { Census, MODEL_TIMEOUT_MS, scripts } from '@dht/testing/census'
import { withoutAmbience } from '@dht/testing/without-ambience'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PeerStore, WriteTokens } from '../../src/index.ts'
import { NaiveStore, targetOf } from '../support/world.ts'
import { anyCommand, anyConfig, FLOORS, SMALL } from './peer-store.script.ts'

it('TIME-51: the store lives on its arguments alone', { timeout: MODEL_TIMEOUT_MS }, () => {
  const census = new Census('peer-store', FLOORS)
  const drawn = fc.sample(fc.tuple(anyConfig, fc.commands([anyCommand], scripts(60))), {
    numRuns: 10,
    seed: 51,
  })
  let held = 0
  withoutAmbience(() => {
    for (const [config, commands] of drawn) {
      const real = new PeerStore(seededRandom(7), config)
      const model = { naive: new NaiveStore(config), census, now: 0, latest: 0, scene: SMALL }
      fc.modelRun(() => ({ model, real }), commands)
      held += real.size
    }
  })
  expect(held).toBeGreaterThan(10)
})

it('TIME-51: tokens live on their arguments alone', () => {
  withoutAmbience(() => {
    const tokens = new WriteTokens({ random: seededRandom(1), tag: 'toy', rotateMs: 10 })
    const token = tokens.issue('192.0.2.1', targetOf(1), 5)
    const taken = [5, 19, 20].map((now) => tokens.check(token, '192.0.2.1', targetOf(1), now))
    expect(taken).toEqual([true, true, false])
  })
})
