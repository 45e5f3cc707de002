// What happens in a node, as messages: its events, the steps of its lookups, and what has changed
// since it was looked at last. It has no timer: its owner takes what is there, and decides when the
// whole node is looked at. A server and a page do so for their nodes.

import type { NodeView } from '@dht/node/portable'
import { Reporter } from '../messages/reporter.ts'
import {
  type Batch,
  type Capabilities,
  type LookupResultMessage,
  PROTOCOL_VERSION,
} from '../protocol.ts'
import type { ObservableNode } from './observable-node.ts'

/** What a server or a page allows, whatever the network is. */
export type Allowed = Omit<Capabilities, 'items'>

export class NodeFeed {
  readonly #node: ObservableNode
  readonly #clock: () => number
  readonly #reporter = new Reporter()
  readonly #stopSteps: () => void
  #stopEvents: (() => void) | undefined
  /** What to add to the clock for that of the node, ms. */
  #clockOffset = 0

  /** @param clock - milliseconds, monotonic */
  constructor(node: ObservableNode, clock: () => number) {
    this.#node = node
    this.#clock = clock
    this.#reporter.isObserved = false
    this.#stopSteps = node.onLookupStep((lookup, step) => this.#reporter.lookupStep(lookup, step))
  }

  /** The instant on the node's clock, ms. */
  now(): number {
    return this.#clock() + this.#clockOffset
  }

  /** Collects from here on. Before that, only the steps of lookups are kept. */
  start(): void {
    this.#reporter.isObserved = true
    const events = this.#node.events()
    this.#stopEvents = () => void events.return?.()
    void this.#follow(events)
  }

  /** Collects no more, and drops what was not taken. */
  rest(): void {
    this.#stopEvents?.()
    this.#stopEvents = undefined
    this.#reporter.isObserved = false
    this.take()
  }

  lookupResult(message: LookupResultMessage): void {
    this.#reporter.lookupResult(message)
  }

  /** The events, steps and results since the last call, in order. */
  take(): Batch {
    return this.#reporter.take(this.now())
  }

  /** Looks at the whole node. */
  view(): NodeView {
    const before = this.#clock()
    const view = this.#node.view()
    this.#clockOffset = view.at - before
    return view
  }

  /** What is new in a view, compared with what was told last. */
  changes(view: NodeView): Batch {
    return this.#reporter.changes(view)
  }

  /** What a new observer is told first. @param wallTime - milliseconds since 1970 */
  beginning(view: NodeView, allowed: Allowed, wallTime: number): Batch {
    const capabilities = { ...allowed, items: view.hasItems }
    const welcome = { kind: 'welcome', version: PROTOCOL_VERSION, capabilities, wallTime } as const
    return [welcome, this.#reporter.snapshot(view)]
  }

  /** @returns the last messages */
  close(): Batch {
    this.#stopSteps()
    this.#reporter.ended(this.now())
    const last = this.take()
    this.rest()
    return last
  }

  async #follow(events: ReturnType<ObservableNode['events']>): Promise<void> {
    for await (const event of events) this.#reporter.event(event, this.now())
    // Nobody reads any longer, or the node was closed.
    if (this.#stopEvents !== undefined) this.#reporter.ended(this.now())
  }
}
