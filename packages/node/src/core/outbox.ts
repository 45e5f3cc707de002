// Where effects gather while one door is open. The door that was opened empties it before it
// closes, so nothing is ever left over for the next event.

import type { Endpoint } from '@dht/krpc'
import { type Warn, warnOnce } from '../warnings.ts'
import type { Counters } from './counters.ts'
import type { Effect, Send } from './effect.ts'
import type { NodeEvent } from './event.ts'
import type { Outcome, RoundReport } from './outcome.ts'

const NOTHING: readonly Effect[] = Object.freeze([])

export class Outbox {
  /** Whether anybody watches: without a watcher no trace effects are made. */
  watched = false
  readonly #counters: Counters
  #effects: Effect[] = []

  constructor(counters: Counters) {
    this.#counters = counters
  }

  send(letter: Send): void {
    this.#counters.datagramsSent++
    this.#counters.bytesSent += letter.size
    this.#add(letter)
  }

  found(ticket: number, endpoints: readonly Endpoint[]): void {
    this.#add({ kind: 'found', ticket, endpoints })
  }

  round(ticket: number, report: RoundReport): void {
    this.#add({ kind: 'round', ticket, report })
  }

  settle(ticket: number, outcome: Outcome): void {
    this.#add({ kind: 'settle', ticket, outcome })
  }

  ended(ticket: number): void {
    this.#add({ kind: 'ended', ticket })
  }

  trace(event: NodeEvent): void {
    if (this.watched) this.#add({ kind: 'trace', event })
  }

  /** Tells a warning once, whether or not anybody watches. */
  readonly warn: Warn = warnOnce((warning) => this.#add(warning))

  lonely(): void {
    this.#add({ kind: 'lonely' })
  }

  drain(): readonly Effect[] {
    if (this.#effects.length === 0) return NOTHING
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  /** Most doors put out one effect, and a list made for one is a tenth of a list that may grow. */
  #add(effect: Effect): void {
    if (this.#effects.length === 0) this.#effects = [effect]
    else this.#effects.push(effect)
  }
}
