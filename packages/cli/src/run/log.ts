// The log: one line for each event, with its instant, made to be read by people and by `grep`.

import type { Writable } from 'node:stream'
import { type DhtNode, formatEndpoint, type NodeEvent } from '@dht/node'
import { eventText } from './event-text.ts'
import type { LogLevel } from './settings.ts'

/** Events that come by the hundred; told by `verbose` alone. */
const FREQUENT: ReadonlySet<NodeEvent['kind']> = new Set([
  'contact-added',
  'contact-replaced',
  'refreshing',
  'stored',
])

export class Log {
  readonly #to: Writable
  readonly #level: LogLevel

  constructor(to: Writable, level: LogLevel) {
    this.#to = to
    this.#level = level
  }

  /** A line of the program's own. */
  say(text: string): void {
    if (this.#level !== 'quiet') this.#write(text)
  }

  started(node: DhtNode): void {
    const places = node.endpoints.map(formatEndpoint).join(' and ')
    this.say(`node ${node.id} at ${places}`)
  }

  /** Tells a warning at once: a start may wait, and says why. */
  warn(warning: NodeEvent): void {
    this.#write(eventText(warning))
  }

  /** Tells the events that the level lets through; resolves when the node is closed. */
  async follow(node: DhtNode): Promise<void> {
    for await (const event of node.events()) {
      if (this.#isTold(event)) this.#write(eventText(event))
    }
  }

  #isTold({ kind }: NodeEvent): boolean {
    // Those have been told.
    if (kind === 'warning') return false
    return this.#level === 'verbose' || (this.#level === 'normal' && !FREQUENT.has(kind))
  }

  #write(text: string): void {
    this.#to.write(`${new Date().toISOString().slice(0, 19)}Z ${text}\n`)
  }
}
