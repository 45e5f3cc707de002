// The exports of @dht/search.

export type { CandidateState } from './candidate.ts'
export { distanceShare } from './distance-share.ts'
export { SearchIdError, SearchOptionError } from './errors.ts'
export { Lookup } from './lookup.ts'
export type {
  LookupInit,
  LookupPhase,
  LookupResponse,
  LookupSnapshot,
  LookupStep,
  Path,
  QueryStep,
  RegionStep,
  ResponseVerdict,
  WriteTarget,
} from './lookup-step.ts'
export {
  LOOKUP_DEFAULTS,
  type LookupOptions,
  PUBLISH_DEFAULTS,
  type PublishOptions,
  type RegionLookupOptions,
  SWEEP_DEFAULTS,
} from './options.ts'
export {
  Publish,
  type PublishOutcome,
  type PublishStep,
  type Refusal,
  type RefusedWrite,
} from './publish.ts'
export { RegionLookup, type RegionLookupInit } from './region-lookup.ts'
export { sumTallies, type Tally } from './tally.ts'
