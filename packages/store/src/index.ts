// The guest list of `@dht/store`.

export { StoreArgumentError, StoreOptionError } from './errors.ts'
export {
  PEER_STORE_DEFAULTS,
  type PeerStoreConfig,
  type PeerStoreOptions,
  resolvePeerStoreOptions,
  WRITE_TOKENS_DEFAULTS,
  type WriteTokensConfig,
  type WriteTokensOptions,
} from './options.ts'
export type {
  PeerEntry,
  PeerQuery,
  PeerStoreSnapshot,
  PutOutcome,
  RefusalReason,
  RoomQuery,
  Withdrawal,
} from './peer-entry.ts'
export { PeerStore } from './peer-store.ts'
export { WRITE_TOKEN_BYTES, WriteTokens } from './write-tokens.ts'
