// The guest list of @dht/node: the node people run, the core others may drive, the ports
// between, and of the packages below what is needed to use them.

export type { Id, RandomSource } from '@dht/id'
export {
  type Contact,
  dht256,
  type Endpoint,
  type Family,
  mainline,
  type Network,
  type Transport,
} from '@dht/krpc'
export { fileStorage } from './adapters/file-storage.ts'
export type { CallOptions, EndpointLike, IdLike, LookupOptions, Write } from './arguments.ts'
export type { Command, LookupMode } from './core/command.ts'
export { CORE_DEFAULTS, type CoreConfig, type CoreOptions } from './core/config.ts'
export type { Counters } from './core/counters.ts'
export type { Effect, Found, Lonely, RoundEnded, Send, Settle, Trace } from './core/effect.ts'
export type { NodeEvent } from './core/event.ts'
export type { CoreInfo, OverlayInfo } from './core/info.ts'
export type {
  BucketInspection,
  CoreInspection,
  MemberInspection,
  OverlayInspection,
  QuestionInspection,
} from './core/inspection.ts'
export { type CoreState, NodeCore, type Wake } from './core/node-core.ts'
export type {
  Answer,
  FailureReason,
  IncompleteReason,
  LookupResult,
  Outcome,
  RoundReport,
} from './core/outcome.ts'
export type { EntryInfo, EntryInspection } from './core/publisher.ts'
export { createNode } from './create-node.ts'
export type { DhtNode, Entry, Lookup } from './dht-node.ts'
export { DhtNodeError, type NodeErrorCode } from './errors.ts'
export type { Handle } from './handle.ts'
export type { NodeOptions } from './options.ts'
export type { Clock } from './ports/clock.ts'
export type { Resolver } from './ports/resolver.ts'
export type { StateStorage } from './ports/state-storage.ts'
export { toPrometheus } from './prometheus.ts'
export type { Warning, WarningCode } from './warnings.ts'
