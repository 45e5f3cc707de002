// The exports of @dht/search.

export type { CandidateState } from './candidate.ts'
export { SearchIdError, SearchOptionError } from './errors.ts'
export { Lookup } from './lookup.ts'
export type {
  LookupInit,
  LookupResponse,
  LookupSnapshot,
  LookupStep,
  ResponseVerdict,
  WriteTarget,
} from './lookup-step.ts'
export {
  LOOKUP_DEFAULTS,
  type LookupOptions,
  PUBLISH_DEFAULTS,
  type PublishOptions,
} from './options.ts'
export {
  Publish,
  type PublishOutcome,
  type PublishStep,
  type Refusal,
  type RefusedWrite,
} from './publish.ts'
export type { Tally } from './tally.ts'
