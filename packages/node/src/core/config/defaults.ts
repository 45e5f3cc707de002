// The values of all core options that were not given. Units and sources stand in `core-options.ts`.

import { dht256, type Network } from '@dht/krpc'
import { ITEM_STORE_DEFAULTS, PEER_STORE_DEFAULTS, WRITE_TOKENS_DEFAULTS } from '@dht/store'
import { nobleCrypto } from '../items/noble-crypto.ts'
import { builtInMethods } from '../methods/index.ts'
import { PEER_LIFETIME_MS, scheduleDefaults } from '../publishing/schedule-defaults.ts'
import type { CoreConfig } from './core-options.ts'

const MINUTE = 60_000

const BUCKET_WIDTHS = Object.freeze([128, 64, 32, ...new Array<number>(17).fill(16)])

/** Most contacts of one address and of one subnet in a routing table. */
export function contactLimits({ oneNodePerAddress }: Network): {
  readonly contactsPerAddressInBucket: number
  readonly contactsPerAddress: number
  readonly contactsPerSubnetInBucket: number
  readonly contactsPerSubnet: number
} {
  return {
    contactsPerAddressInBucket: oneNodePerAddress ? 1 : 3,
    contactsPerAddress: oneNodePerAddress ? 1 : 4,
    contactsPerSubnetInBucket: oneNodePerAddress ? 1 : 3,
    contactsPerSubnet: oneNodePerAddress ? 1 : 4,
  }
}

/** Defaults of `CoreOptions`. */
export const CORE_DEFAULTS: CoreConfig = Object.freeze({
  network: dht256,
  methods: builtInMethods(dht256),
  k: 8,
  alpha: 3,
  bucketWidths: BUCKET_WIDTHS,
  ...contactLimits(dht256),
  quietMs: 15 * MINUTE,
  peerLifetimeMs: PEER_LIFETIME_MS,
  ...scheduleDefaults({ network: dht256 }),
  giveUpMs: 4_000,
  maxTimeoutMs: 2_000,
  firstTimeoutMs: 500,
  minTimeoutMs: 25,
  maxRounds: 32,
  maxAnnouncements: 10_000,
  maxOperations: 1_024,
  maxTransactions: 16_384,
  tokenRotateMs: WRITE_TOKENS_DEFAULTS.rotateMs,
  peersPerReply: Object.freeze({ 4: 50, 6: 25 }),
  queriesPerSource: 1_000,
  sourceWindowMs: 10_000,
  maxSources: 65_536,
  replyBytesPerSecond: 16 * 1024 * 1024,
  checksPerSecond: 4,
  checkBurst: 32,
  refreshSpacingMs: 5_000,
  rejoinMs: 1_000,
  rejoinMaxMs: 5 * MINUTE,
  maxPeers: PEER_STORE_DEFAULTS.maxPeers,
  maxPeersPerKey: PEER_STORE_DEFAULTS.maxPeersPerKey,
  maxPeersPerSource: PEER_STORE_DEFAULTS.maxPeersPerSource,
  maxPeersPerSourceAndKey: PEER_STORE_DEFAULTS.maxPeersPerSourceAndKey,
  maxKeys: PEER_STORE_DEFAULTS.maxKeys,
  subnetShare: PEER_STORE_DEFAULTS.subnetShare,
  itemLifetimeMs: ITEM_STORE_DEFAULTS.lifetimeMs,
  maxItems: ITEM_STORE_DEFAULTS.maxItems,
  maxItemBytes: ITEM_STORE_DEFAULTS.maxItemBytes,
  maxItemsPerSource: ITEM_STORE_DEFAULTS.maxItemsPerSource,
  signatureChecksPerSecond: 200,
  crypto: nobleCrypto,
  trustedSubnets: Object.freeze([]),
  enforceSecureIds: false,
  readOnly: 'auto',
  readOnlyAfterMs: 20 * MINUTE,
})
