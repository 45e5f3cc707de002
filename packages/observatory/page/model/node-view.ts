// All that the page knows of one node, made from its messages in order. A snapshot begins anew. The
// same messages always give the same view, live or from a recording. Everything in it is bounded.

import {
  type Capabilities,
  type EventMessage,
  type LookupMessage,
  type LookupRecord,
  type LookupResultMessage,
  MAX_LOOKUP_STEPS,
  MAX_LOOKUPS,
  type Message,
  type SnapshotMessage,
  type Status,
  type Welcome,
} from '../../src/protocol.ts'
import { TableView } from './table-view.ts'
import { type TrafficSample, withSample } from './traffic-rates.ts'

/** Most events that are kept. */
export const MOST_EVENTS = 1000
const MOST_RESULTS = 50

export interface LookupEntry {
  readonly lookup: LookupRecord['lookup']
  readonly steps: LookupRecord['steps'][number][]
  isCut: boolean
}

export interface EventEntry extends EventMessage {
  /** Ascending, for the identity of rows. */
  readonly serial: number
}

/** What does not change between snapshots. */
export type NodeFacts = Pick<SnapshotMessage, 'network' | 'idBits' | 'k' | 'alpha' | 'quietMs'>

export class NodeView {
  facts: NodeFacts | undefined
  status: Status | undefined
  capabilities: Capabilities | undefined
  tables: readonly TableView[] = []
  /** By id, oldest first. */
  readonly lookups: Map<number, LookupEntry> = new Map()
  /** By the number of the request. */
  readonly results: Map<number, LookupResultMessage> = new Map()
  /** Newest last. */
  readonly events: EventEntry[] = []
  samples: readonly TrafficSample[] = []
  /** The instant of the latest message. */
  at = 0
  /** Milliseconds since 1970 at the instant 0; undefined in a recording. */
  wallOffset: number | undefined
  hasEnded = false
  #serial = 0
  #wallTime: number | undefined

  apply(message: Message): void {
    if (message.kind === 'welcome') {
      this.capabilities = message.capabilities
      this.#wallTime = message.wallTime
    } else {
      this.#applyLasting(message)
    }
  }

  #applyLasting(message: Exclude<Message, Welcome>): void {
    this.at = Math.max(this.at, message.at)
    switch (message.kind) {
      case 'snapshot':
        this.#begin(message)
        break
      case 'members':
        this.#tableOf(message.family)?.applyMembers(message)
        break
      case 'buckets':
        this.#tableOf(message.family)?.applyBuckets(message)
        break
      case 'waiting':
        this.#tableOf(message.family)?.applyWaiting(message)
        break
      case 'status':
        this.#takeStatus(message.status, message.at)
        break
      case 'event':
        this.#takeEvent(message)
        break
      case 'lookup':
        this.#takeStep(message)
        break
      case 'lookup-result':
        this.results.set(message.request, message)
        dropOldest(this.results, MOST_RESULTS)
        break
      case 'end':
        this.hasEnded = true
        break
    }
  }

  #tableOf(family: 4 | 6): TableView | undefined {
    return this.tables.find((table) => table.family === family)
  }

  #begin(snapshot: SnapshotMessage): void {
    const { at, network, idBits, k, alpha, quietMs, overlays, status, lookups } = snapshot
    this.facts = { network, idBits, k, alpha, quietMs }
    this.at = at
    this.hasEnded = false
    this.tables = overlays.map((overlay) => new TableView(overlay))
    this.samples = []
    this.#takeStatus(status, at)
    this.lookups.clear()
    for (const { lookup, steps, isCut } of lookups) {
      this.lookups.set(lookup.id, { lookup, steps: [...steps], isCut })
    }
    dropOldest(this.lookups, MAX_LOOKUPS)
    if (this.#wallTime !== undefined) this.wallOffset = this.#wallTime - at
  }

  #takeStatus(status: Status, at: number): void {
    this.status = status
    this.samples = withSample(this.samples, { at, traffic: status.traffic })
  }

  #takeEvent(message: EventMessage): void {
    this.events.push({ ...message, serial: this.#serial++ })
    if (this.events.length > MOST_EVENTS) this.events.splice(0, this.events.length - MOST_EVENTS)
  }

  #takeStep({ lookup, step }: LookupMessage): void {
    const entry = this.lookups.get(lookup.id) ?? { lookup, steps: [], isCut: false }
    this.lookups.set(lookup.id, entry)
    // The end is kept even when steps before it are missing.
    const most = MAX_LOOKUP_STEPS + (step.kind === 'ended' ? 1 : 0)
    if (entry.steps.length < most) entry.steps.push(step)
    else entry.isCut = true
    dropOldest(this.lookups, MAX_LOOKUPS)
  }
}

function dropOldest<V>(map: Map<number, V>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return
    map.delete(key)
  }
}
