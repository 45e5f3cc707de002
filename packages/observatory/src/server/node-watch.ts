// Watches a node for the streams: passes events and steps on ten times a second, and looks at the
// whole node now and then, so seldom that it takes a bounded share of the time. While there is no
// stream only the steps of lookups are kept.

import { performance } from 'node:perf_hooks'
import { type Allowed, NodeFeed } from '../node/node-feed.ts'
import type { ObservableNode } from '../node/observable-node.ts'
import { LiveStreams } from './live-streams.ts'

/** Time from one batch to the next, ms: ours. */
const BATCH_MS = 100

/** Least and most time from one view to the next, ms: ours. */
const VIEW_MS = 500
const MAX_VIEW_MS = 5_000

/** Within these bounds a view takes one part of so many of a processor's time. */
const VIEW_SHARE = 50

export class NodeWatch {
  readonly streams: LiveStreams
  readonly feed: NodeFeed
  readonly #allowed: Allowed
  #timer: NodeJS.Timeout | undefined
  #nextViewAt = 0
  #isClosed = false

  constructor(node: ObservableNode, allowed: Allowed) {
    this.#allowed = allowed
    this.feed = new NodeFeed(node, () => performance.now())
    this.streams = new LiveStreams(() => this.#streamsChanged())
  }

  close(): void {
    this.#isClosed = true
    this.streams.send(this.feed.close(), performance.now())
    clearInterval(this.#timer)
    this.streams.end()
  }

  #streamsChanged(): void {
    if (this.#isClosed) return
    if (this.streams.size === 0) this.#rest()
    else if (this.#timer === undefined) this.#start()
  }

  #start(): void {
    this.#timer = setInterval(() => this.#tick(), BATCH_MS)
    this.feed.start()
  }

  #rest(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.feed.rest()
  }

  #tick(): void {
    const now = performance.now()
    this.streams.dropSlow(now)
    const told = this.feed.take()
    if (now < this.#nextViewAt && !this.streams.hasNew) {
      this.streams.send(told, now)
      return
    }
    const before = process.cpuUsage()
    const view = this.feed.view()
    this.streams.send([...told, ...this.feed.changes(view)], now)
    if (this.streams.hasNew) {
      // A snapshot has all of what was told but results.
      const results = told.filter(({ kind }) => kind === 'lookup-result' || kind === 'end')
      const beginning = this.feed.beginning(view, this.#allowed, Date.now())
      this.streams.begin([...beginning, ...results], now)
    }
    // Not by the clock: on a busy machine it says more about other programs.
    const { user, system } = process.cpuUsage(before)
    const tookMs = (user + system) / 1_000
    this.#nextViewAt = now + Math.min(MAX_VIEW_MS, Math.max(VIEW_MS, VIEW_SHARE * tookMs))
  }
}
