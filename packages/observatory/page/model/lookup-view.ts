// One lookup at one instant, made from its steps: a row for each contact that it came to know, with
// its queries and with who told it. Made anew for each instant, so replaying is the same as
// watching.

import type { LookupHead, LookupQuery, LookupStep, Peer } from '../../src/protocol.ts'
import {
  type Fate,
  type LookupRow,
  newQuery,
  type Point,
  type QueryKind,
  queryResponded,
  queryStalled,
  type RowQuery,
  type RowStart,
  rowOf,
  rowStart,
} from './lookup-row.ts'

export interface LookupView {
  readonly lookup: LookupHead
  readonly startedAt: number
  /** The last step so far. */
  readonly lastAt: number
  readonly endedAt?: number
  /** In the order in which they became known. */
  readonly rows: readonly LookupRow[]
  readonly byKey: ReadonlyMap<string, LookupRow>
  /** The random points of its sweep, in order of appearance. */
  readonly points: readonly Point[]
  readonly closest: readonly Peer[]
  readonly incompleteReasons: readonly string[]
}

/** Most rows, and most queries; what a longer recording tells beyond is left out. */
export const MOST_ROWS = 2000

export function peerKey({ id, endpoint }: Peer): string {
  return `${id}@${endpoint}`
}

/** The lookup as it was at `until`; its last state when `until` is Infinity. */
export function lookupView(
  lookup: LookupHead,
  steps: readonly LookupStep[],
  until: number = Number.POSITIVE_INFINITY,
): LookupView {
  const building = new Building(lookup)
  for (const step of steps) {
    if (step.at > until) break
    building.apply(step)
  }
  return building.view(steps[0]?.at ?? 0)
}

class Building {
  readonly #lookup: LookupHead
  readonly #rows: Map<string, { readonly start: RowStart; readonly queries: RowQuery[] }> =
    new Map()
  /** By contact, phase and point. */
  readonly #queries: Map<string, RowQuery> = new Map()
  readonly #points: Map<string, Point> = new Map()
  #lastAt = Number.NEGATIVE_INFINITY
  #ended: Extract<LookupStep, { kind: 'ended' }> | undefined

  constructor(lookup: LookupHead) {
    this.#lookup = lookup
  }

  apply(step: LookupStep): void {
    this.#lastAt = Math.max(this.#lastAt, step.at)
    switch (step.kind) {
      case 'started':
        for (const peer of step.startingContacts) this.#know(peer, step.at)
        break
      case 'queried':
        this.#queried(step)
        break
      case 'stalled': {
        const query = this.#query(step, step.at)
        if (query !== undefined) queryStalled(query, step.at)
        break
      }
      case 'responded':
        this.#responded(step)
        break
      case 'failed':
        this.#failed(step)
        break
      case 'ended':
        this.#ended = step
        break
    }
  }

  view(startedAt: number): LookupView {
    const ended = this.#ended
    const rows = this.#finishedRows()
    return {
      lookup: this.#lookup,
      startedAt,
      lastAt: Math.max(startedAt, this.#lastAt),
      ...(ended && { endedAt: ended.at }),
      rows,
      byKey: new Map(rows.map((row) => [row.key, row])),
      points: [...this.#points.values()],
      closest: ended?.closest ?? [],
      incompleteReasons: ended?.incompleteReasons ?? [],
    }
  }

  #finishedRows(): readonly LookupRow[] {
    const hasEnded = this.#ended !== undefined
    const places = new Map(this.#ended?.closest.map(({ id }, place) => [id, place]))
    return Array.from(this.#rows.values(), ({ start, queries }) => {
      const otherId = queries.find((each) => each.otherId !== undefined)?.otherId
      return rowOf(start, queries, { hasEnded, place: places.get(otherId ?? start.peer.id) })
    })
  }

  /** Does nothing when there are too many rows. */
  #know(peer: Peer, at: number, by?: string): void {
    const key = peerKey(peer)
    if (this.#rows.has(key) || this.#rows.size >= MOST_ROWS) return
    const { target } = this.#lookup
    const start = rowStart(peer, { key, target, at, ...(by !== undefined && { by }) })
    this.#rows.set(key, { start, queries: [] })
  }

  /** @returns undefined when there are too many rows or queries */
  #query(step: LookupQuery, at: number): RowQuery | undefined {
    const { contact, phase, toward } = step
    const key = `${peerKey(contact)} ${phase} ${toward}`
    const known = this.#queries.get(key)
    if (known !== undefined || this.#queries.size >= MOST_ROWS) return known
    this.#know(contact, at)
    const query = newQuery(step, toward === undefined ? undefined : this.#pointOf(toward))
    this.#rows.get(peerKey(contact))?.queries.push(query)
    this.#queries.set(key, query)
    return query
  }

  #pointOf(id: string): Point {
    const point = this.#points.get(id) ?? { id, number: this.#points.size + 1 }
    this.#points.set(id, point)
    return point
  }

  #queried(step: Extract<LookupStep, { kind: 'queried' }>): void {
    const query = this.#query(step, step.at)
    if (query === undefined) return
    query.queriedAt ??= step.at
    query.waited ||= step.waits
  }

  #responded(step: Extract<LookupStep, { kind: 'responded' }>): void {
    const query = this.#query(step, step.at)
    if (query === undefined) return
    const before = this.#rows.size
    for (const peer of step.closer) this.#know(peer, step.at, peerKey(step.contact))
    queryResponded(query, step, this.#rows.size - before)
  }

  #failed(step: Extract<LookupStep, { kind: 'failed' }>): void {
    const query = this.#query(step, step.at)
    if (query === undefined) return
    query.fate = query.queriedAt === undefined ? 'unsent' : 'failed'
    query.endedAt = step.at
    query.reason = step.reason
  }
}

/** How many queries have each fate; of contacts that were not queried, how many contacts. */
export function fateCounts({ rows }: LookupView): Readonly<Record<Fate, number>> {
  const counts: Record<Fate, number> = {
    known: 0,
    open: 0,
    stalled: 0,
    responded: 0,
    late: 0,
    failed: 0,
    unsent: 0,
    unneeded: 0,
  }
  for (const { fate, queries } of rows) {
    if (queries.length === 0) counts[fate]++
    for (const query of queries) counts[query.fate]++
  }
  return counts
}

/** How many queries were sent of each kind. */
export function kindCounts({ rows }: LookupView): Readonly<Record<QueryKind, number>> {
  const counts: Record<QueryKind, number> = { approach: 0, visit: 0, walk: 0 }
  for (const { queries } of rows) {
    for (const { kind, queriedAt } of queries) if (queriedAt !== undefined) counts[kind]++
  }
  return counts
}
