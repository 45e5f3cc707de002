// A contact of a lookup and the queries that were sent to it. Usually there is one; a sweep may
// query a contact several times, each time about another point.

import type { LookupQuery, LookupStep, Peer } from '../../src/protocol.ts'
import { distanceBits, sharedBits } from './distance-bits.ts'

/**
 * - `known`: told, not queried, and the lookup is still under way
 * - `open`, `stalled`: queried, without a response so far; when stalled, another one is queried
 * - `responded`; `late`: responded after it had stalled; `failed`
 * - `unsent`: a limit let no query go out
 * - `unneeded`: never queried, and the lookup has ended
 */
export type Fate = QueryFate | 'known' | 'unneeded'
export type QueryFate = 'open' | 'stalled' | 'responded' | 'late' | 'failed' | 'unsent'

/**
 * - `approach`: of the walk toward the target
 * - `visit`: a sweep asks a contact of the region about the target
 * - `walk`: a sweep asks for the contacts nearest to a random point
 */
export type QueryKind = 'approach' | 'visit' | 'walk'

/** A random point toward which a sweep walks. */
export interface Point {
  readonly id: string
  /** In order of appearance, from 1. */
  readonly number: number
}

/** One query, and what became of it. */
export interface RowQuery {
  readonly kind: QueryKind
  /** Of a `walk`. */
  readonly point?: Point
  /** Absent: it was not sent. */
  queriedAt?: number
  stalledAt?: number
  /** When it had a response or failed. */
  endedAt?: number
  fate: QueryFate
  roundTripMs?: number
  reason?: string
  /** Contacts that the response told, and how many of them were new. */
  told: number
  news: number
  unusable: number
  values: number
  /** It waited for its turn, because of the pace that receivers allow. */
  waited: boolean
  /** The id that responded at the endpoint in place of the one that was queried. */
  otherId?: string
}

export interface LookupRow {
  readonly key: string
  readonly peer: Peer
  /** Binary logarithm of the distance to the target. */
  readonly bits: number
  /** Leading bits shared with the target. */
  readonly shared: number
  /** The key of the row that told it first; absent: a starting contact. */
  readonly toldBy?: string
  readonly toldAt: number
  /** In the order in which they began. */
  readonly queries: readonly RowQuery[]
  /** The best that became of its queries. */
  readonly fate: Fate
  /** When it was queried first. */
  readonly queriedAt?: number
  /** How many contacts it was the first to tell. */
  readonly news: number
  /** Place among the closest at the end, from 0. */
  readonly place?: number
}

/** From the best to the worst. */
const FATES = ['responded', 'late', 'open', 'stalled', 'failed', 'unsent'] as const

/** What is known of a contact before it is queried. */
export type RowStart = Pick<LookupRow, 'key' | 'peer' | 'bits' | 'shared' | 'toldBy' | 'toldAt'>

export function rowStart(
  peer: Peer,
  told: { readonly key: string; readonly target: string; readonly at: number; by?: string },
): RowStart {
  const { key, target, at: toldAt, by } = told
  const [bits, shared] = [distanceBits(peer.id, target), sharedBits(peer.id, target)]
  return { key, peer, bits, shared, toldAt, ...(by !== undefined && { toldBy: by }) }
}

/** A row as its queries make it. */
export function rowOf(
  start: RowStart,
  queries: readonly RowQuery[],
  { hasEnded, place }: { readonly hasEnded: boolean; readonly place: number | undefined },
): LookupRow {
  const best = FATES.find((each) => queries.some(({ fate }) => fate === each))
  const fate = best ?? (hasEnded ? 'unneeded' : 'known')
  const first = queries.find(({ queriedAt }) => queriedAt !== undefined)
  const news = queries.reduce((sum, each) => sum + each.news, 0)
  return {
    ...start,
    queries,
    fate,
    news,
    ...(first?.queriedAt !== undefined && { queriedAt: first.queriedAt }),
    ...(place !== undefined && (best === 'responded' || best === 'late') && { place }),
  }
}

export function newQuery({ phase }: LookupQuery, point: Point | undefined): RowQuery {
  const ofSweep = point === undefined ? 'visit' : 'walk'
  const kind = phase === 'approach' ? phase : ofSweep
  const nothing = { told: 0, news: 0, unusable: 0, values: 0 }
  return { kind, ...(point && { point }), fate: 'open', ...nothing, waited: false }
}

export function queryStalled(query: RowQuery, at: number): void {
  query.stalledAt ??= at
  if (query.fate === 'open') query.fate = 'stalled'
}

/** @param news - how many of the contacts in the response were new */
export function queryResponded(
  query: RowQuery,
  step: Extract<LookupStep, { kind: 'responded' }>,
  news: number,
): void {
  query.fate = query.stalledAt === undefined ? 'responded' : 'late'
  query.endedAt = step.at
  query.roundTripMs = step.roundTripMs
  query.told = step.closer.length
  query.news = news
  query.unusable = step.unusable
  query.values = step.values
  if (step.responder.id !== step.contact.id) query.otherId = step.responder.id
}
