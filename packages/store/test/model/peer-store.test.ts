// The peer store compared with its model after every command: in a world where every bound is
// reached within a few steps, and with ids, times and numbers of real size.

import { idFromBigInt } from '@dht/id'
import { seededRandom } from '@dht/testing'
import { Census, MODEL_TIMEOUT_MS, modelRuns, scripts } from '@dht/testing/census'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PeerStore, type PeerStoreConfig } from '../../src/index.ts'
import { countsOf, storeViolations } from '../support/store-laws.ts'
import { NaiveStore, neighbourOf, peerOf } from '../support/world.ts'
import { FLOORS } from './peer-store.cases.ts'
import { anyConfig, anyRealConfig } from './peer-store.configs.ts'
import { anyCommand, type Both, compare, type Scene, SMALL } from './peer-store.script.ts'

/** Targets that share all but the last bits, many senders, several ports on each of 5 hosts. */
const REAL: Scene = {
  targets: Array.from({ length: 12 }, (_, n) => idFromBigInt(2n ** 255n + BigInt(n), 32)),
  ports: Array.from({ length: 24 }, (_, n) => 6881 + n),
  peers: Array.from({ length: 24 }, (_, n) => {
    const peer = peerOf(n % 5, n % 2 === 0 ? 18 : 6, 1000 + n)
    return n % 4 === 0 ? neighbourOf(peer) : peer
  }),
}

interface Scale {
  readonly scene: Scene
  readonly configs: fc.Arbitrary<PeerStoreConfig>
  readonly runs: number
  /** Share of the usual least counts. */
  readonly share: number
}

function holds(name: string, { scene, configs, runs, share }: Scale): void {
  const floors = Object.entries(FLOORS).map(([each, least]) => [each, Math.floor(share * least)])
  const census = new Census<keyof typeof FLOORS>(name, Object.fromEntries(floors))
  fc.assert(
    fc.property(configs, fc.commands([anyCommand], scripts(60)), (config, commands) => {
      const model: Both = { naive: new NaiveStore(config), scene, census, now: 0, latest: 0 }
      const real = new PeerStore(seededRandom(7), config)
      // From here on both have been given the same time.
      compare(model, real)
      fc.modelRun(() => ({ model, real }), commands)
      expect(storeViolations(real.snapshot(model.now), config, countsOf(real))).toEqual([])
    }),
    modelRuns(runs),
  )
  expect(census.close()).toEqual([])
}

describe('STORE-4, 6, 51, 52, 54, 55, 60: the store is its model', () => {
  it('STORE-2, STORE-3, STORE-7, STORE-62: in a small world', { timeout: MODEL_TIMEOUT_MS }, () => {
    holds('peer-store', { scene: SMALL, configs: anyConfig, runs: 2, share: 1 })
  })

  it('STORE-2, STORE-3, STORE-7: at real size', { timeout: MODEL_TIMEOUT_MS }, () => {
    holds('peer-store-at-scale', { scene: REAL, configs: anyRealConfig, runs: 1.5, share: 0.2 })
  })
})
