// Compares the joins of a node with their model, command by command: in tiny worlds, and with ids
// of real size and peers whose ids are close to that of the node.

import { type Id, idFromBytes } from '@dht/id'
import type { Network } from '@dht/krpc'
import { anyId, distinctIds, idSharing } from '@dht/testing'
import { Census, MODEL_TIMEOUT_MS, modelRuns, scripts } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { UNPACED } from '../support/unpaced.ts'
import { anyCommand, FLOORS } from './joining.script.ts'
import { type JoiningOptions, JoiningWorld } from './joining.world.ts'

const tiny: Network = { ...UNPACED[0], name: 'tiny', key: 'tiny', idLength: 1 }

function anyWorld(
  network: Network,
  near: (self: Id) => fc.Arbitrary<Id>,
): fc.Arbitrary<JoiningOptions> {
  const self = idFromBytes(new Uint8Array(network.idLength).fill(0x5a))
  return fc.record({
    network: fc.constant(network),
    self: fc.constant(self),
    peers: distinctIds(near(self), { minLength: 4, maxLength: 10 }),
    families: fc.constantFrom([4 as const], [6 as const], [4 as const, 6 as const]),
    k: fc.constantFrom(8, 4, 2, 1),
    seed: fc.nat(1_000),
  })
}

it('BOOT-1, BOOT-2, BOOT-4, BOOT-5, STATE-1: a join is its model', {
  timeout: MODEL_TIMEOUT_MS,
}, () => {
  const near = (self: Id): fc.Arbitrary<Id> =>
    fc.nat({ max: 20 }).chain((bits) => idSharing(self, bits))
  const census = new Census('joining', FLOORS)
  const real = fc.oneof(anyWorld(UNPACED[0], near), anyWorld(UNPACED[1], near))
  const world = fc.oneof({ weight: 3, arbitrary: anyWorld(tiny, () => anyId(1)) }, real)
  fc.assert(
    fc.property(world, fc.commands([anyCommand], scripts(40)), (options, commands) => {
      fc.modelRun(() => ({ model: { census }, real: new JoiningWorld(options) }), commands)
    }),
    modelRuns(0.3),
  )
  expect(census.close()).toEqual([])
})
