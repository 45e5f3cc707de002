// Makes the messages about one node: a snapshot first, then what changes. It has no clock and asks
// the node for nothing: its owner gives it views, events and steps of lookups.

import type { CoreView, NodeEvent, TracedLookup, TraceStep } from '@dht/node/core'
import type { LookupResultMessage, SnapshotMessage } from '../protocol.ts'
import type { RecordedMessage } from '../recording/format.ts'
import { LookupHistory } from './lookup-messages.ts'
import { observedEvent } from './observed-event.ts'
import { roundMs, type Told } from './peer-text.ts'
import { statusOf } from './status-of.ts'
import { overlayOf, TableChanges } from './table-messages.ts'

/** Most events and steps that wait, of all kinds and of those that come by the hundred: ours. */
const MAX_WAITING = 4_000
const MAX_FREQUENT_WAITING = 300

/** Events that come by the hundred; the others are told in any case. */
const FREQUENT: ReadonlySet<NodeEvent['kind']> = new Set([
  'contact-added',
  'contact-replaced',
  'refreshing',
  'stored',
])

export class Reporter {
  readonly #lookups = new LookupHistory()
  readonly #tables = new Map<4 | 6, TableChanges>()
  #waiting: RecordedMessage[] = []
  #skipped = 0
  #status = ''

  /** Whether anybody will take what waits. Lookups are kept in any case. */
  isObserved = true

  event(event: Told<NodeEvent>, now: number): void {
    const most = FREQUENT.has(event.kind) ? MAX_FREQUENT_WAITING : MAX_WAITING
    if (!this.isObserved) return
    if (this.#waiting.length >= most) this.#skipped++
    else this.#waiting.push({ kind: 'event', at: roundMs(now), event: observedEvent(event) })
  }

  lookupStep(lookup: Told<TracedLookup>, step: Told<TraceStep>): void {
    const message = this.#lookups.step(lookup, step)
    if (message !== undefined) this.#push(message)
  }

  lookupResult(message: LookupResultMessage): void {
    this.#push(message)
  }

  /** The node is closed. */
  ended(now: number): void {
    this.#push({ kind: 'end', at: roundMs(now) })
  }

  /** The events, steps and results since the last call, in order. */
  take(now: number): RecordedMessage[] {
    const taken = this.#waiting
    this.#waiting = []
    if (this.#skipped === 0) return taken
    const event = { kind: 'skipped', count: this.#skipped } as const
    this.#skipped = 0
    return [{ kind: 'event', at: roundMs(now), event }, ...taken]
  }

  /** The whole node. `changes` counts from here on. */
  snapshot(view: Told<CoreView>): SnapshotMessage {
    const overlays = view.tables.map(overlayOf)
    for (const overlay of overlays) this.#tableOf(overlay.family).told(overlay)
    const status = statusOf(view)
    this.#status = JSON.stringify(status)
    return {
      kind: 'snapshot',
      at: roundMs(view.at),
      network: view.info.network,
      idBits: view.idBits,
      k: view.k,
      alpha: view.alpha,
      quietMs: view.quietMs,
      overlays,
      status,
      lookups: this.#lookups.records,
    }
  }

  /** What has changed in tables and status since the last snapshot and the last call. */
  changes(view: Told<CoreView>): RecordedMessage[] {
    const at = roundMs(view.at)
    const overlays = view.tables.map(overlayOf)
    const changed: RecordedMessage[] = overlays.flatMap((overlay) => {
      return this.#tableOf(overlay.family).changes(overlay, at)
    })
    const status = statusOf(view)
    const text = JSON.stringify(status)
    if (text === this.#status) return changed
    this.#status = text
    return [...changed, { kind: 'status', at, status }]
  }

  #push(message: RecordedMessage): void {
    if (!this.isObserved) return
    if (this.#waiting.length >= MAX_WAITING) this.#skipped++
    else this.#waiting.push(message)
  }

  #tableOf(family: 4 | 6): TableChanges {
    const known = this.#tables.get(family) ?? new TableChanges()
    this.#tables.set(family, known)
    return known
  }
}
