// One id in one lookup, and the five states that it can be in:
//
//   fresh ──query──▶ queried ──respond──▶ responded
//                     │ ╲────fail────▶ failed
//                   stall                ▲
//                     ▼                  │
//                  stalled ──fail────────┘   (and ──respond──▶ responded: a late response is used)
//
// `CANDIDATE_MOVES` lists all moves there are. A candidate doesn't know the others, or the time.
//
// Nodes may report several contacts with one id: one is true, the others are old or invented. When
// the query to one stalls, another is queried by `query` from `stalled`. When it fails, `retry`
// makes the candidate `fresh` again.

import type { Id, Identified } from '@dht/id'
import type { Credit } from './credit.ts'
import type { ReportedContact } from './reported-contact.ts'

export type CandidateState = 'fresh' | 'queried' | 'stalled' | 'responded' | 'failed'

export type CandidateMove = 'query' | 'stall' | 'respond' | 'fail' | 'retry'

type Moves = Readonly<
  Record<CandidateState, Readonly<Partial<Record<CandidateMove, CandidateState>>>>
>

/** `fail` from `fresh` only after a `retry`, when no more queries may be sent. */
export const CANDIDATE_MOVES: Moves = {
  fresh: { query: 'queried', fail: 'failed' },
  queried: { stall: 'stalled', respond: 'responded', fail: 'failed', retry: 'fresh' },
  stalled: { query: 'queried', respond: 'responded', fail: 'failed', retry: 'fresh' },
  responded: {},
  failed: { retry: 'fresh' },
}

/** What is known of a contact when it becomes a candidate. */
export interface CandidateInit<C> {
  readonly reported: ReportedContact<C>
  readonly id: Id
  /** The first 32 bits of its distance to the target, as a signed number: the least is nearest. */
  readonly distance: number
  /** Length of the chain of responses that led to it; a starting contact is hop 1. */
  readonly hop: number
  /** `fresh` when it was reported; `responded` when it responded in place of another contact. */
  readonly state: 'fresh' | 'responded'
}

export class Candidate<C extends Identified> {
  readonly id: Id
  readonly distance: number
  readonly hop: number
  state: CandidateState
  /** The contact to query next, the one queried last, or the one that responded. */
  reported: ReportedContact<C>
  /** Other contacts that were reported with this id and were not queried. */
  alternates: readonly ReportedContact<C>[] = NONE
  /** Contacts queried before, whose queries have stalled and are still open. */
  overdue: readonly ReportedContact<C>[] = NONE
  /** How many contacts with this id were queried. */
  tried = 0
  /** The write token that came with the response. */
  token: Uint8Array | undefined = undefined
  /** How far its reports are believed; undefined: it has reported nothing that may be queried. */
  credit: Credit | undefined = undefined
  /** Whether its response showed that it knows no more contacts that are nearer to the target. */
  hasReportedAll = false

  constructor({ reported, id, distance, hop, state }: CandidateInit<C>) {
    this.reported = reported
    this.id = id
    this.distance = distance
    this.hop = hop
    this.state = state
  }

  get contact(): C {
    return this.reported.contact
  }

  /**
   * Whether it does not count among the nearest, because most contacts that it reported have
   * failed. If it counted, a few liars that report only one another would end the lookup.
   *
   * @param needsProof - true: it counts only if one of the contacts that it reported has responded
   */
  isDiscredited(needsProof: boolean): boolean {
    if (this.credit === undefined) return false
    return this.credit.isDiscredited || (needsProof && this.credit.isUnproven)
  }

  /** The contact of an earlier query that is still open. */
  overdueOf(asked: C): ReportedContact<C> | undefined {
    return this.overdue.find(({ contact }) => contact === asked)
  }

  /** Whether it was never queried. */
  get isUntried(): boolean {
    return this.state === 'fresh' && this.tried === 0
  }
}

const NONE: readonly never[] = Object.freeze([])
