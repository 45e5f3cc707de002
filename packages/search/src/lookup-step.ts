// What a lookup and the world around it say to one another.
//
// The world begins it with a `LookupInit`, is told each `LookupStep`, brings back each `Reply` and
// hears what that was worth. Contacts are whatever the caller has, as long as they have an id.
import type { Id } from '@dht/id'
import type { CandidateState } from './candidate.ts'
import type { Tally } from './tally.ts'

export interface LookupInit<C> {
  readonly target: Id
  readonly self: Id
  /** Where the walk begins: the contacts we know nearest to the target, any number, any order. */
  readonly startingContacts: readonly C[]
  /** Addresses that are our own, as `addressOf` would give them. */
  readonly selfAddresses?: readonly string[]
}

/** `ask` puts the question in flight; `wait` means that something is; `done` is for ever. */
export type LookupStep<C> =
  | { readonly kind: 'ask'; readonly contact: C }
  | { readonly kind: 'wait' }
  | { readonly kind: 'done' }

export interface Reply<C> {
  /** The id that answered, at the address that was asked. */
  readonly responder: C
  readonly closer: readonly C[]
  readonly token?: Uint8Array | undefined
}

/**
 * What a reply was worth.
 *
 * - `accepted`: the contact that was asked answered.
 * - `renamed`: another id answered; the one that was asked has failed, the responder has answered.
 * - `rejected`: another id answered, and it is our own or already a candidate; the one that was
 *   asked has failed, nothing else was taken.
 * - `ignored`: no such question was open, or the lookup is over.
 */
export type ReplyVerdict = { readonly kind: 'accepted' | 'renamed' | 'rejected' | 'ignored' }

export interface WriteTarget<C> {
  readonly contact: C
  readonly token: Uint8Array
}

/** Everything a lookup knows, as plain data of its own. */
export interface LookupSnapshot<C> {
  readonly phase: 'approach' | 'endgame' | 'complete' | 'aborted'
  /** Nearest first, failed ones included. */
  readonly candidates: readonly {
    readonly contact: C
    readonly state: CandidateState
    readonly hop: number
    readonly token: Uint8Array | undefined
  }[]
  readonly tally: Tally
}
