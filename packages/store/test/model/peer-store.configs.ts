// The options of the stores that scripts are played on.

import fc from 'fast-check'
import type { PeerStoreConfig } from '../../src/index.ts'

export const LIFETIME_MS = 100

/** Each bound is the first to be reached in some script. */
export const anyConfig: fc.Arbitrary<PeerStoreConfig> = fc.record({
  lifetimeMs: fc.constant(LIFETIME_MS),
  maxKeys: fc.constantFrom(9, 2),
  maxPeersPerKey: fc.constantFrom(9, 2),
  maxPeersPerSource: fc.constantFrom(9, 2),
  maxPeersPerSourceAndKey: fc.constantFrom(9, 1),
  maxPeers: fc.constantFrom(9, 4),
  subnetShare: fc.constantFrom(1, 0.3),
})

/** Ids and times of real size; the bounds are as large as the model can handle. */
export const anyRealConfig: fc.Arbitrary<PeerStoreConfig> = fc.record({
  lifetimeMs: fc.constant(3_600_000),
  maxKeys: fc.constantFrom(50, 4),
  maxPeersPerKey: fc.constantFrom(50, 8),
  maxPeersPerSource: fc.constantFrom(50, 6),
  maxPeersPerSourceAndKey: fc.constantFrom(50, 2),
  maxPeers: fc.constantFrom(50, 20),
  subnetShare: fc.constantFrom(1, 0.2),
})
