// One contact in one lookup, and the five states that it can be in:
//
//   fresh ──query──▶ queried ──respond──▶ responded
//                     │ ╲────fail────▶ failed
//                   stall                ▲
//                     ▼                  │
//                  stalled ──fail────────┘   (and ──respond──▶ responded: a late response is used)
//
// `CANDIDATE_MOVES` lists all moves there are. A candidate doesn't know the others, or the time.

import type { Id, Identified } from '@dht/id'

export type CandidateState = 'fresh' | 'queried' | 'stalled' | 'responded' | 'failed'

export type CandidateMove = 'query' | 'stall' | 'respond' | 'fail'

type Moves = Readonly<
  Record<CandidateState, Readonly<Partial<Record<CandidateMove, CandidateState>>>>
>

export const CANDIDATE_MOVES: Moves = {
  fresh: { query: 'queried' },
  queried: { stall: 'stalled', respond: 'responded', fail: 'failed' },
  stalled: { respond: 'responded', fail: 'failed' },
  responded: {},
  failed: {},
}

/** What is known of a contact when it becomes a candidate. */
export interface CandidateInit<C> {
  readonly contact: C
  /** The first 32 bits of its distance to the target, as a number. */
  readonly distance: number
  /** Key of the contact's address, where the lookup knows about addresses. */
  readonly address: string | undefined
  /** Length of the chain of responses that led to it; a starting contact is hop 1. */
  readonly hop: number
  /** `fresh` when it was reported; `responded` when it responded in place of another contact. */
  readonly state: 'fresh' | 'responded'
}

export class Candidate<C extends Identified> {
  readonly contact: C
  readonly id: Id
  readonly distance: number
  readonly address: string | undefined
  readonly hop: number
  state: CandidateState
  /** The write token that came with the response. */
  token: Uint8Array | undefined = undefined
  /** Whether its response showed that it knows no more contacts that are nearer to the target. */
  hasReportedAll = false

  constructor({ contact, distance, address, hop, state }: CandidateInit<C>) {
    this.contact = contact
    this.id = contact.id
    this.distance = distance
    this.address = address
    this.hop = hop
    this.state = state
  }
}
