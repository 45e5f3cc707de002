// One lookup at one instant, made from its steps: a row for each contact that it came to know, with
// its fate and with who told it. Made anew for each instant, so replaying is the same as watching.

import type { LookupHead, LookupStep, Peer } from '../../src/protocol.ts'
import { distanceBits, sharedBits } from './distance-bits.ts'
import { shownText } from './shown-text.ts'

/**
 * - `known`: told, not queried, and the lookup is still under way
 * - `open`, `stalled`: queried, without a response so far; when stalled, another one is queried
 * - `responded`; `late`: responded after it had stalled; `failed`
 * - `unneeded`: never queried, and the lookup has ended
 */
export type Fate = 'known' | 'open' | 'stalled' | 'responded' | 'late' | 'failed' | 'unneeded'

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
  queriedAt?: number
  stalledAt?: number
  /** When it responded or failed. */
  endedAt?: number
  fate: Fate
  roundTripMs?: number
  reason?: string
  /** Contacts that it told, and how many of them were new. */
  told: number
  news: number
  unusable: number
  values: number
  hasToken: boolean
  /** The query waited for its turn, because of the pace that receivers allow. */
  waited: boolean
  /** The id that responded at its endpoint in place of its own, and what that counts as. */
  otherId?: string
  verdict?: string
  /** Place among the closest at the end, from 0. */
  place?: number
}

export interface LookupView {
  readonly lookup: LookupHead
  readonly startedAt: number
  /** The last step so far. */
  readonly lastAt: number
  readonly endedAt?: number
  /** In the order in which they became known. */
  readonly rows: readonly LookupRow[]
  readonly byKey: ReadonlyMap<string, LookupRow>
  readonly closest: readonly Peer[]
  readonly incompleteReasons: readonly string[]
}

/** Most rows; what a longer recording tells beyond is left out. */
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
  readonly #rows: Map<string, LookupRow> = new Map()
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
      case 'stalled':
        this.#stalled(step.contact, step.at)
        break
      case 'responded':
        this.#responded(step)
        break
      case 'failed':
        this.#failed(step)
        break
      case 'ended':
        this.#end(step)
        break
    }
  }

  view(startedAt: number): LookupView {
    const ended = this.#ended
    return {
      lookup: this.#lookup,
      startedAt,
      lastAt: Math.max(startedAt, this.#lastAt),
      ...(ended && { endedAt: ended.at }),
      rows: [...this.#rows.values()],
      byKey: this.#rows,
      closest: ended?.closest ?? [],
      incompleteReasons: ended?.incompleteReasons ?? [],
    }
  }

  /** @returns undefined when there are too many rows */
  #know(peer: Peer, at: number, toldBy?: string): LookupRow | undefined {
    const key = peerKey(peer)
    const known = this.#rows.get(key)
    if (known !== undefined || this.#rows.size >= MOST_ROWS) return known
    const { target } = this.#lookup
    const row: LookupRow = {
      key,
      peer,
      bits: distanceBits(peer.id, target),
      shared: sharedBits(peer.id, target),
      ...(toldBy !== undefined && { toldBy }),
      toldAt: at,
      fate: 'known',
      told: 0,
      news: 0,
      unusable: 0,
      values: 0,
      hasToken: false,
      waited: false,
    }
    this.#rows.set(key, row)
    return row
  }

  #queried({ contact, at, waits }: Extract<LookupStep, { kind: 'queried' }>): void {
    const row = this.#know(contact, at)
    if (row === undefined) return
    row.queriedAt ??= at
    row.waited ||= waits
    if (row.fate === 'known') row.fate = 'open'
  }

  #stalled(contact: Peer, at: number): void {
    const row = this.#know(contact, at)
    if (row === undefined) return
    row.stalledAt ??= at
    if (row.fate === 'open') row.fate = 'stalled'
  }

  #responded(step: Extract<LookupStep, { kind: 'responded' }>): void {
    const row = this.#know(step.contact, step.at)
    if (row === undefined) return
    const before = this.#rows.size
    for (const peer of step.closer) this.#know(peer, step.at, row.key)
    row.fate = row.stalledAt === undefined ? 'responded' : 'late'
    row.endedAt = step.at
    row.roundTripMs = step.roundTripMs
    row.told = step.closer.length
    row.news = this.#rows.size - before
    row.unusable = step.unusable
    row.values = step.values
    row.hasToken = step.hasToken
    row.verdict = step.verdict
    if (step.responder.id !== step.contact.id) row.otherId = step.responder.id
  }

  #failed({ contact, at, reason }: Extract<LookupStep, { kind: 'failed' }>): void {
    const row = this.#know(contact, at)
    if (row === undefined) return
    row.fate = 'failed'
    row.endedAt = at
    row.reason = reason
  }

  #end(step: Extract<LookupStep, { kind: 'ended' }>): void {
    this.#ended = step
    for (const row of this.#rows.values()) if (row.fate === 'known') row.fate = 'unneeded'
    const places = new Map(step.closest.map(({ id }, place) => [id, place]))
    for (const row of this.#rows.values()) {
      const place = places.get(row.otherId ?? row.peer.id)
      const hasResponded = row.fate === 'responded' || row.fate === 'late'
      if (place !== undefined && hasResponded) row.place = place
    }
  }
}

/** How many rows have each fate. */
export function fateCounts({ rows }: LookupView): Readonly<Record<Fate, number>> {
  const counts: Record<Fate, number> = {
    known: 0,
    open: 0,
    stalled: 0,
    responded: 0,
    late: 0,
    failed: 0,
    unneeded: 0,
  }
  for (const { fate } of rows) counts[fate]++
  return counts
}

/** Why a contact failed, in a word or two. Other reasons are shown as they were told. */
const FAILURE_WORDS: Readonly<Record<string, string>> = {
  timeout: 'no response',
  unreachable: 'unreachable',
  protocol: 'invalid',
  'not-sent': 'not sent',
  error: 'error',
  suspect: 'given up',
}

export function failureWords({ reason = 'failed' }: LookupRow): string {
  return Object.hasOwn(FAILURE_WORDS, reason)
    ? (FAILURE_WORDS[reason] as string)
    : shownText(reason)
}

/** The fate in words. */
export const FATE_WORDS: Readonly<Record<Fate, string>> = {
  known: 'not queried yet',
  open: 'waiting for a response',
  stalled: 'stalled, still waiting',
  responded: 'responded',
  late: 'stalled, then responded',
  failed: 'failed',
  unneeded: 'never needed',
}
