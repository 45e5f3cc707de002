// Watches a node for the streams: passes events and steps on ten times a second, and looks at the
// whole node now and then, so seldom that it takes a bounded share of the time. While there is no
// stream only the steps of lookups are kept.

import { performance } from 'node:perf_hooks'
import type { NodeView } from '@dht/node'
import { Reporter } from '../messages/reporter.ts'
import {
  type Batch,
  type Capabilities,
  type LookupResultMessage,
  PROTOCOL_VERSION,
} from '../protocol.ts'
import { LiveStreams } from './live-streams.ts'
import type { ObservableNode } from './observable-node.ts'

/** Time from one batch to the next, ms: ours. */
const BATCH_MS = 100

/** Least and most time from one view to the next, ms: ours. */
const VIEW_MS = 500
const MAX_VIEW_MS = 5_000

/** Within these bounds a view takes one part of so many of a processor's time. */
const VIEW_SHARE = 50

export class NodeWatch {
  readonly streams: LiveStreams
  readonly #node: ObservableNode
  readonly #capabilities: Omit<Capabilities, 'items'>
  readonly #reporter = new Reporter()
  readonly #stopSteps: () => void
  #timer: NodeJS.Timeout | undefined
  #stopEvents: (() => void) | undefined
  #nextViewAt = 0
  /** What to add to this machine's clock for that of the node, ms. */
  #clockOffset = 0
  #isClosed = false

  constructor(node: ObservableNode, capabilities: Omit<Capabilities, 'items'>) {
    this.#node = node
    this.#capabilities = capabilities
    this.#reporter.isObserved = false
    this.streams = new LiveStreams(() => this.#streamsChanged())
    this.#stopSteps = node.onLookupStep((lookup, step) => this.#reporter.lookupStep(lookup, step))
  }

  /** The instant on the node's clock, ms. */
  now(): number {
    return performance.now() + this.#clockOffset
  }

  lookupResult(message: LookupResultMessage): void {
    this.#reporter.lookupResult(message)
  }

  close(): void {
    this.#isClosed = true
    this.#stopSteps()
    this.#reporter.ended(this.now())
    this.streams.send(this.#reporter.take(this.now()), performance.now())
    this.#rest()
    this.streams.end()
  }

  #streamsChanged(): void {
    if (this.#isClosed) return
    if (this.streams.size === 0) this.#rest()
    else if (this.#timer === undefined) this.#start()
  }

  #start(): void {
    this.#reporter.isObserved = true
    this.#timer = setInterval(() => this.#tick(), BATCH_MS)
    const events = this.#node.events()
    this.#stopEvents = () => void events.return?.()
    void this.#follow(events)
  }

  #rest(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#stopEvents?.()
    this.#stopEvents = undefined
    this.#reporter.isObserved = false
    this.#reporter.take(this.now())
  }

  async #follow(events: ReturnType<ObservableNode['events']>): Promise<void> {
    for await (const event of events) this.#reporter.event(event, this.now())
    // The watch does not read any longer, or the node was closed.
    if (this.#stopEvents !== undefined) this.#reporter.ended(this.now())
  }

  #tick(): void {
    const now = performance.now()
    this.streams.dropSlow(now)
    const told = this.#reporter.take(this.now())
    if (now < this.#nextViewAt && !this.streams.hasNew) {
      this.streams.send(told, now)
      return
    }
    const before = process.cpuUsage()
    const view = this.#view()
    this.streams.send([...told, ...this.#reporter.changes(view)], now)
    if (this.streams.hasNew) this.streams.begin(this.#beginning(view, told), now)
    // Not by the clock: on a busy machine it says more about other programs.
    const { user, system } = process.cpuUsage(before)
    const tookMs = (user + system) / 1_000
    this.#nextViewAt = now + Math.min(MAX_VIEW_MS, Math.max(VIEW_MS, VIEW_SHARE * tookMs))
  }

  #view(): NodeView {
    const before = performance.now()
    const view = this.#node.view()
    this.#clockOffset = view.at - before
    return view
  }

  /** @param told - a snapshot has all of it but results */
  #beginning(view: NodeView, told: Batch): Batch {
    const capabilities = { ...this.#capabilities, items: view.hasItems }
    const welcome = { kind: 'welcome', version: PROTOCOL_VERSION, capabilities } as const
    const results = told.filter(({ kind }) => kind === 'lookup-result' || kind === 'end')
    return [{ ...welcome, wallTime: Date.now() }, this.#reporter.snapshot(view), ...results]
  }
}
