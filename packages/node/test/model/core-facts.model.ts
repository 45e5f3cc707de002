// The facts about one id that the model of a lookup keeps: the contacts under which it was named,
// their reporters, the queries to them, and the outcomes of these queries.

import type { Peer } from './core-peer.ts'

type State = 'fresh' | 'queried' | 'stalled' | 'responded' | 'failed'

/** What became of the contacts that one response named. */
export interface Reporter {
  readonly named: number
  /** Whether the node responded under another id than it was asked under. */
  readonly isRenamed: boolean
  hits: number
  misses: number
}

/** A contact under which an id was named. */
export interface ReportedContact {
  readonly peer: Peer
  /** Whether it was in our table, or responded itself. */
  readonly isOwn: boolean
  readonly reporters: Reporter[]
}

/** One query of a walk. */
export interface AskModel {
  readonly peer: Peer
  /** Ask for the contacts nearest to this id; undefined: ask what the lookup is for. */
  readonly toward: bigint | undefined
  readonly path: PathModel
  hasStalled: boolean
  isOpen: boolean
}

export interface TallyModel {
  readonly queried: number
  readonly responded: number
  readonly stalled: number
  readonly failed: number
  readonly hops: number
}

export type Verdict = 'used' | 'renamed' | 'rejected' | 'ignored'

export interface ResponseModel {
  readonly responder: Peer
  readonly closer: readonly Peer[]
  readonly token?: Uint8Array | undefined
}

/** A part of a lookup that sends queries of its own. */
export interface PathModel {
  next(): AskModel | undefined
  responded(ask: AskModel, response: ResponseModel): Verdict
  stalled(ask: AskModel): void
  failed(ask: AskModel): void
  tally(): TallyModel
  isOver: boolean
  readonly waitsForStalledOnly: boolean
  readonly pending: number
}

export interface Fact {
  readonly value: bigint
  /** The distance to the target; equal only for equal ids. */
  readonly distance: bigint
  readonly hop: number
  /** Those asked and the one to ask next: their endpoints are taken. */
  readonly holds: Set<ReportedContact>
  readonly asks: AskModel[]
  reported: ReportedContact
  others: ReportedContact[]
  ended: 'responded' | 'failed' | undefined
  token: Uint8Array | undefined
  hasToldAll: boolean
  reporter: Reporter | undefined
}

const OWN_WEIGHT = 2

export function newFact(reported: ReportedContact, distance: bigint, hop: number): Fact {
  return {
    ...{ value: reported.peer.value, distance, hop, reported },
    ...{ holds: new Set(), asks: [], others: [], ended: undefined },
    ...{ token: undefined, hasToldAll: false, reporter: undefined },
  }
}

export function stateOf({ ended, asks }: Fact): State {
  if (ended !== undefined) return ended
  const open = asks.filter(({ isOpen }) => isOpen)
  if (open.length === 0) return 'fresh'
  return open.every(({ hasStalled }) => hasStalled) ? 'stalled' : 'queried'
}

export const isUntried = (fact: Fact): boolean =>
  stateOf(fact) === 'fresh' && fact.asks.length === 0

export function succeed(fact: Fact, ask: AskModel): void {
  for (const each of fact.asks) each.isOpen = false
  fact.ended = 'responded'
  fact.reported = [...fact.holds].find(({ peer }) => peer === ask.peer) ?? fact.reported
  for (const reporter of fact.reported.reporters) {
    reporter.hits++
    if (ask.hasStalled) reporter.misses--
  }
  for (const other of fact.others) for (const reporter of other.reporters) reporter.misses++
}

const isLost = ({ isRenamed, hits, misses }: Reporter): boolean => isRenamed || misses > hits + 1

export function weightOf({ isOwn, reporters }: ReportedContact): number {
  if (isOwn) return OWN_WEIGHT
  return reporters.filter((reporter) => !isLost(reporter)).length
}

/** Whether hardly anything that it named is true; then it takes no place among the nearest. */
export function isLiar({ reporter }: Fact, needsProof: boolean): boolean {
  if (reporter === undefined) return false
  return isLost(reporter) || (needsProof && reporter.named > 0 && reporter.hits === 0)
}

export function tokenOf({
  reported,
  token,
}: Fact): { readonly peer: Peer; readonly token: Uint8Array }[] {
  return token === undefined ? [] : [{ peer: reported.peer, token }]
}
