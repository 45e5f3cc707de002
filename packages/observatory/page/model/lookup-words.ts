// A lookup in words: what its queries belong to, and what became of them.

import type { Fate, LookupRow, QueryKind, RowQuery } from './lookup-row.ts'
import { fateCounts, kindCounts, type LookupView } from './lookup-view.ts'
import { shownText } from './shown-text.ts'
import { countText, shortId, spanText } from './words.ts'

export const FATE_WORDS: Readonly<Record<Fate, string>> = {
  known: 'not queried yet',
  open: 'waiting for a response',
  stalled: 'stalled, still waiting',
  responded: 'responded',
  late: 'stalled, then responded',
  failed: 'failed',
  unsent: 'not sent',
  unneeded: 'never needed',
}

/** What a query belongs to. */
export const KIND_WORDS: Readonly<Record<QueryKind, string>> = {
  approach: 'toward the target',
  visit: 'sweep: a visit in the crowded region',
  walk: 'sweep: toward a random point',
}

/** Why a query failed, in a word or two. Other reasons are shown as they were told. */
const FAILURE_WORDS: Readonly<Record<string, string>> = {
  timeout: 'no response',
  unreachable: 'unreachable',
  protocol: 'invalid',
  'not-sent': 'not sent',
  error: 'error',
  suspect: 'given up',
  destination: 'host limit',
  'rate-limited': 'host limit',
}

export function failureWords({ reason = 'failed' }: RowQuery): string {
  return Object.hasOwn(FAILURE_WORDS, reason)
    ? (FAILURE_WORDS[reason] as string)
    : shownText(reason)
}

/** The text beside a bar. A number after an arrow is that of a random point. */
export function barText(query: RowQuery): string {
  const { values, point } = query
  const parts = [
    endText(query),
    values > 0 ? `◆${values}` : '',
    point === undefined ? '' : `→${point.number}`,
  ]
  return joined(parts, ' ')
}

/** The same for a contact: the best that became of its queries. */
export function rowText({ queries }: LookupRow): string {
  const responded = queries.find(({ roundTripMs }) => roundTripMs !== undefined)
  const shown = responded ?? queries[0]
  return shown === undefined ? '' : endText(shown)
}

function endText(query: RowQuery): string {
  const { fate, roundTripMs } = query
  if (fate === 'failed' || fate === 'unsent') return shownText(failureWords(query), 14)
  return roundTripMs === undefined ? '' : spanText(roundTripMs)
}

/** What became of a contact. */
export function rowWords(row: LookupRow): string {
  const { queries, fate, shared, place } = row
  const [only] = queries
  const what = only === undefined ? FATE_WORDS[fate] : queryWords(only)
  return joined([
    queries.length > 1 ? countText(queries.length, 'query', 'queries') : what,
    `shares ${countText(shared, 'bit')} with the target`,
    place === undefined ? '' : `number ${place + 1} of the nearest`,
  ])
}

/** What became of a query. */
export function queryWords(query: RowQuery): string {
  const { kind, point, fate, roundTripMs, told, news, unusable, values, waited, otherId } = query
  const words = joined([
    fate === 'failed' || fate === 'unsent'
      ? `${FATE_WORDS[fate]} (${failureWords(query)})`
      : FATE_WORDS[fate],
    roundTripMs === undefined ? '' : spanText(roundTripMs),
    told > 0 ? `returned ${told}, ${news} new` : '',
    unusable > 0 ? `${unusable} unusable` : '',
    values > 0 ? countText(values, 'value') : '',
    waited ? 'waited for its turn' : '',
    otherId === undefined ? '' : `another id answered: ${shortId(otherId)}`,
  ])
  if (kind === 'approach') return words
  if (point === undefined) return `${KIND_WORDS[kind]}: ${words}`
  return `sweep: toward random point ${point.number}, ${shortId(point.id)}: ${words}`
}

/** All queries of a lookup. */
export function lookupWords(view: LookupView): string {
  const counts = fateCounts(view)
  const { approach, visit, walk } = kindCounts(view)
  const responded = counts.responded + counts.late
  const all = countText(approach + visit + walk, 'query', 'queries')
  const late = `${counts.late} of them after stalling`
  const fates = `${responded} responded, ${late}, ${counts.failed} failed`
  const swept = visit + walk === 0 ? '' : `; ${visit + walk} of them of a sweep`
  return `${all}: ${fates}${swept}`
}

function joined(parts: readonly string[], by = ', '): string {
  return parts.filter((part) => part !== '').join(by)
}
