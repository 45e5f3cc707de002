// The exports of @dht/node/core: the node without its shell, for any JavaScript runtime. Its driver
// provides transport, time and randomness.

export type { CoreConfig, CoreOptions } from './core/config/core-options.ts'
export { CORE_DEFAULTS } from './core/config/defaults.ts'
export type { ContactSource } from './core/contact-source.ts'
export type { CoreState } from './core/core-state.ts'
export type { Counters } from './core/counters.ts'
export type {
  BootstrapNeeded,
  Effect,
  Found,
  LookupStepTaken,
  RoundEnded,
  Settle,
  Trace,
  Transmit,
  UnencodedTransmit,
} from './core/effect.ts'
export type { NodeEvent } from './core/event.ts'
export type { CoreInfo, OverlayInfo } from './core/info.ts'
export type {
  BucketInspection,
  CoreInspection,
  MemberInspection,
  OverlayInspection,
  QueryInspection,
} from './core/inspection.ts'
export type { ItemCrypto } from './core/items/item-crypto.ts'
export { nobleCrypto } from './core/items/noble-crypto.ts'
export type { LimitUse } from './core/limit-use.ts'
export { ItemGoal } from './core/lookups/goals/item.ts'
export type { GoalProgress, LookupGoal, QueryGoal } from './core/lookups/lookup-goal.ts'
export type {
  LookupFailure,
  LookupPurpose,
  TracedLookup,
  TracedQuery,
  TraceStep,
} from './core/lookups/trace.ts'
export { builtInMethods } from './core/methods/index.ts'
export { type ErrorReply, type NodeMethod, refuse } from './core/methods/node-method.ts'
export type {
  ContactsWanted,
  RespondingNode,
  TokenOfWrite,
} from './core/methods/responding-node.ts'
export { MinuteBudget } from './core/minute-budget.ts'
export { NodeCore } from './core/node-core.ts'
export type { Command, LookupMode } from './core/operations/command.ts'
export type {
  Answer,
  FailureReason,
  IncompleteReason,
  JoinResult,
  LookupResult,
  Outcome,
  PutReport,
  RoundReport,
  SamplingResult,
} from './core/operations/outcome.ts'
export type { NewItem } from './core/operations/user-put.ts'
export { type FamilyIds, randomIds } from './core/overlay/own-id.ts'
export type {
  AnnouncementInfo,
  AnnouncementInspection,
} from './core/publishing/announcement.ts'
export type { QueryContent } from './core/queries/query-content.ts'
export { TokenBucket } from './core/queries/token-bucket.ts'
export type { NodeSample } from './core/sampling/sample-walk.ts'
export type { Timeout } from './core/timeout.ts'
export type { BucketView, CoreView, MemberView, TableView, TrafficView } from './core/view.ts'
export { DhtNodeError, type NodeErrorCode } from './errors.ts'
export type { Warning, WarningCode } from './warnings.ts'
