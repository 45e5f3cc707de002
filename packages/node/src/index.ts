// The guest list of @dht/node: the node people run, the ports between it and the machine, and of
// the packages below what is needed to use it. The node without its shell is in @dht/node/core.

export { contentId, type Id, idFromHex, idToHex, type RandomSource } from '@dht/id'
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
export { systemLookup } from './adapters/system-lookup.ts'
export type {
  CallOptions,
  CloseOptions,
  EndpointLike,
  IdLike,
  LookupOptions,
  Write,
} from './arguments.ts'
export type { LookupMode } from './core/command.ts'
export { CORE_DEFAULTS, type CoreConfig, type CoreOptions } from './core/config.ts'
export type { Counters } from './core/counters.ts'
export { createNode } from './create-node.ts'
export type { DhtNode, Entry, Lookup } from './dht-node.ts'
export { DhtNodeError, type NodeErrorCode } from './errors.ts'
export type { Handle } from './handle.ts'
export type { NodeOptions } from './options.ts'
export type {
  Answer,
  Contact,
  JoinResult,
  LookupResult,
  NodeEvent,
  NodeInfo,
  Plain,
  PlainError,
  RoundReport,
  Warning,
} from './plain.ts'
export type { Clock } from './ports/clock.ts'
export type { Resolver } from './ports/resolver.ts'
export type { StateStorage, StorageNotice } from './ports/state-storage.ts'
export { toPrometheus } from './prometheus.ts'
export type { TransportFactory } from './transport-slot.ts'
export type { WarningCode } from './warnings.ts'
