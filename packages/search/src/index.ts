// The guest list of @dht/search.

export type { CandidateState } from './candidate.ts'
export { SearchIdError, SearchOptionError } from './errors.ts'
export {
  Lookup,
  type LookupInit,
  type LookupSnapshot,
  type LookupStep,
  type Reply,
  type ReplyVerdict,
  type WriteTarget,
} from './lookup.ts'
export {
  LOOKUP_DEFAULTS,
  type LookupOptions,
  PUBLISH_DEFAULTS,
  type PublishOptions,
} from './options.ts'
export { Publish, type PublishOutcome, type PublishStep } from './publish.ts'
export type { Tally } from './tally.ts'
