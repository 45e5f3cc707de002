// The exports of @dht/routing-table.

export type { Admission, AdmissionContext } from './admission.ts'
export { RoutingTableArgumentError, RoutingTableOptionError } from './errors.ts'
export type { FailureOutcome, Insertion, Refusal } from './insertion.ts'
export {
  ROUTING_TABLE_DEFAULTS,
  type RoutingTableConfig,
  type RoutingTableOptions,
  resolveRoutingTableOptions,
} from './options.ts'
export type { Refresh } from './refresh-schedule.ts'
export { RoutingTable } from './routing-table.ts'
export type { BucketSnapshot, TableEntrySnapshot, TableSnapshot } from './snapshot.ts'
export type { Standing } from './standing.ts'
