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
export {
  type PeerEntry,
  type PeerOwner,
  type PeerQuery,
  PeerStore,
  type PeerStoreSnapshot,
  type PutOutcome,
  type RefusalReason,
} from './peer-store.ts'
export { WRITE_TOKEN_BYTES, WriteTokens } from './write-tokens.ts'
