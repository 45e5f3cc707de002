// The log: one line for each event, with its instant, made to be read by people and by `grep`, or
// as JSON for programs.

import { type DhtNode, formatEndpoint, type NodeEvent } from '@dht/node'
import { jsonLine } from '../output/json.ts'
import { printable } from '../output/printable.ts'
import { eventText } from './event-text.ts'
import type { LogFormat, LogLevel } from './settings.ts'

/** Events that come by the hundred; told by `verbose` alone. */
const FREQUENT: ReadonlySet<NodeEvent['kind']> = new Set([
  'contact-added',
  'contact-replaced',
  'refreshing',
  'stored',
])

export interface LogOptions {
  readonly level: LogLevel
  readonly format: LogFormat
}

interface Entry {
  readonly message: string
  readonly level?: 'info' | 'warn'
  readonly event?: NodeEvent
}

export class Log {
  readonly #write: (line: string) => void
  readonly #options: LogOptions

  /** @param write - gets whole lines */
  constructor(write: (line: string) => void, options: LogOptions) {
    this.#write = write
    this.#options = options
  }

  /** A line of the program's own. */
  say(message: string): void {
    if (this.#options.level !== 'quiet') this.#add({ message })
  }

  started(node: DhtNode): void {
    const places = node.endpoints.map(formatEndpoint).join(' and ')
    this.say(`node ${node.id} at ${places}`)
  }

  /** Tells a warning at once: a start may wait, and says why. */
  warn(event: NodeEvent): void {
    this.#add({ level: 'warn', message: eventText(event), event })
  }

  /** Tells the events that the level lets through; resolves when the node is closed. */
  async follow(node: DhtNode): Promise<void> {
    for await (const event of node.events()) {
      if (this.#isTold(event)) this.#add({ message: eventText(event), event })
    }
  }

  #isTold({ kind }: NodeEvent): boolean {
    // Those have been told.
    if (kind === 'warning') return false
    const { level } = this.#options
    return level === 'verbose' || (level === 'normal' && !FREQUENT.has(kind))
  }

  #add({ message, level = 'info', event }: Entry): void {
    const time = new Date().toISOString()
    if (this.#options.format === 'json') this.#write(jsonLine({ time, level, message, event }))
    else this.#write(`${time.slice(0, 19)}Z ${printable(message)}\n`)
  }
}
