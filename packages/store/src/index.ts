// The exports of `@dht/store`.

export { StoreArgumentError, StoreOptionError } from './errors.ts'
export {
  ITEM_STORE_DEFAULTS,
  type ItemStoreConfig,
  type ItemStoreOptions,
  resolveItemStoreOptions,
} from './item-options.ts'
export { ItemStore } from './item-store.ts'
export {
  PEER_STORE_DEFAULTS,
  type PeerStoreConfig,
  type PeerStoreOptions,
  resolvePeerStoreOptions,
  WRITE_TOKENS_DEFAULTS,
  type WriteTokensConfig,
  type WriteTokensOptions,
} from './options.ts'
export { PeerStore } from './peer-store.ts'
export type {
  ItemBound,
  ItemPut,
  ItemPutOutcome,
  ItemRoomQuery,
  ItemSize,
  ItemStoreSnapshot,
  SignedPart,
  StoredItem,
} from './stored-item.ts'
export type {
  PeerQuery,
  PeerStoreSnapshot,
  PeersByRole,
  PutOutcome,
  RefusalReason,
  RoomQuery,
  StoredPeer,
  TargetSize,
  Withdrawal,
} from './stored-peer.ts'
export { WRITE_TOKEN_BYTES, WriteTokens } from './write-tokens.ts'
