// The exports of @dht/node: the node, its ports to the machine, and what is needed of the packages
// below. The node without its shell is in @dht/node/core.

export {
  contentId,
  hashedIds,
  type Id,
  idFromHex,
  idToHex,
  type RandomSource,
  type SecureIds,
} from '@dht/id'
export {
  dht256,
  type Endpoint,
  endpoint,
  type Family,
  formatEndpoint,
  mainline,
  type Network,
  type Transport,
  type TransportHandlers,
} from '@dht/krpc'
export { fileStorage } from './adapters/file-storage.ts'
export { nodeCrypto } from './adapters/node-crypto.ts'
export { systemLookup } from './adapters/system-lookup.ts'
export type { CoreConfig, CoreOptions } from './core/config/core-options.ts'
export { CORE_DEFAULTS } from './core/config/defaults.ts'
export type { Counters } from './core/counters.ts'
export type { LookupMode } from './core/operations/command.ts'
export { DhtNodeError, type NodeErrorCode } from './errors.ts'
export type { Clock } from './ports/clock.ts'
export type { DiscoveryHost, DiscoveryInfo, DiscoverySource } from './ports/discovery.ts'
export type { Resolver } from './ports/resolver.ts'
export type { StateStorage, StorageNotice } from './ports/state-storage.ts'
export type {
  CallOptions,
  CloseOptions,
  ClosestOptions,
  EndpointLike,
  IdLike,
  LookupOptions,
  NodeLike,
  OnEndpoint,
  OnLookupStep,
  TraceOptions,
  Write,
} from './shell/arguments.ts'
export { createNode } from './shell/create-node.ts'
export type { DhtNode } from './shell/dht-node.ts'
export type { Handle } from './shell/handle.ts'
export type { AnnouncedOnce, Announcement, Lookup } from './shell/handle-waiters.ts'
export type {
  BytesLike,
  GetOptions,
  ItemKey,
  ItemToPut,
  PutOptions,
} from './shell/item-arguments.ts'
export type { Put } from './shell/item-renewal.ts'
export type { Get } from './shell/items.ts'
export type { NodeOptions } from './shell/options.ts'
export type { AnnounceOnceOptions, AnnounceOptions, SwarmSize } from './shell/peers.ts'
export type {
  AnnounceReport,
  Answer,
  Contact,
  JoinResult,
  LookupResult,
  LookupTrace,
  NodeEvent,
  NodeInfo,
  NodeView,
  Plain,
  PlainError,
  RoundReport,
  TracedLookup,
  TraceStep,
  Warning,
} from './shell/plain.ts'
export type { GetResult, Item, PutReport } from './shell/plain-item.ts'
export { toPrometheus } from './shell/prometheus.ts'
export type { SampledInfohash } from './shell/samples.ts'
export type { TransportFactory } from './shell/transport-slot.ts'
export type { WarningCode } from './warnings.ts'
