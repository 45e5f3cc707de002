// Compares a publishing node with its model after every command: in tiny worlds, where
// announcements and friends reach every limit, and at real widths of ids with friends close to the
// targets.

import { type Id, idFromBytes } from '@dht/id'
import type { Network } from '@dht/krpc'
import { anyId, distinctIds, idAround } from '@dht/testing'
import { Census, MODEL_TIMEOUT_MS, modelRuns, scripts } from '@dht/testing/census'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UNPACED } from '../support/unpaced.ts'
import { anyCommand, type Case, FLOORS, REAL_FLOORS } from './publishing.script.ts'
import { PublishingWorld, type WorldOptions } from './publishing.world.ts'

const tiny: Network = { ...UNPACED[0], name: 'tiny', key: 'tiny', idLength: 1 }

function anyWorld(network: Network, friend: fc.Arbitrary<Id>): fc.Arbitrary<WorldOptions> {
  return fc.record({
    network: fc.constant(network),
    friends: distinctIds(friend, { minLength: 5, maxLength: 10 }),
    met: fc.constantFrom(3, 5, 10, 0),
    seed: fc.nat(1_000),
    core: fc.record({
      k: fc.constantFrom(8, 4, 3, 2, 1),
      maxRounds: fc.constantFrom(16, 2, 1),
      maxAnnouncements: fc.constantFrom(10, 3),
      republishJitterMs: fc.constantFrom(0, 0, 120_000),
      // Maintenance of the table would only take time.
      quietMs: fc.constant(24 * 60 * 60_000),
    }),
  })
}

function play(
  world: fc.Arbitrary<WorldOptions>,
  targets: readonly Id[],
  { runs, census }: { readonly runs: number; readonly census: Census<Case> },
): void {
  fc.assert(
    fc.property(world, fc.commands([anyCommand], scripts(50)), (options, commands) => {
      const real = new PublishingWorld(options)
      fc.modelRun(() => ({ model: { census, targets }, real }), commands)
    }),
    modelRuns(runs),
  )
}

describe('TRACK-1, TRACK-2, TRACK-3, TRACK-4, TRACK-5, TRACK-6: in a tiny world', () => {
  it('PUB-1, PUB-2, PUB-3, PUB-4, PUB-6, PUB-7, PUB-8, PUB-9: publishing is its model', {
    timeout: MODEL_TIMEOUT_MS,
  }, () => {
    const census = new Census('publishing', FLOORS)
    const targets = [1, 2, 0x80, 0xff].map((byte) => idFromBytes(Uint8Array.of(byte)))
    play(anyWorld(tiny, anyId(1)), targets, { runs: 0.3, census })
    expect(census.close()).toEqual([])
  })
})

it('TRACK-1, TRACK-6, PUB-1, PUB-2, PUB-3, PUB-8, PUB-9: also with ids of real width', {
  timeout: MODEL_TIMEOUT_MS,
}, () => {
  const census = new Census('publishing-real', REAL_FLOORS)
  for (const network of UNPACED) {
    const middle = idFromBytes(new Uint8Array(network.idLength).fill(0x5a))
    const targets = fc.sample(idAround(middle), { numRuns: 4, seed: 1 })
    play(anyWorld(network, idAround(middle)), targets, { runs: 0.06, census })
  }
  expect(census.close()).toEqual([])
})
