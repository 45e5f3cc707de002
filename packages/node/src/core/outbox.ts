// Where effects gather while one door is open. The door that was opened empties it before it
// closes, so nothing is ever left over for the next event.

import type { Endpoint } from '@dht/krpc'
import { type Warn, warnOnce } from '../warnings.ts'
import type { Counters } from './counters.ts'
import type { Effect, Transmit } from './effect.ts'
import type { NodeEvent } from './event.ts'
import type { Outcome, RoundReport } from './operations/outcome.ts'

const NOTHING: readonly Effect[] = Object.freeze([])

export class Outbox {
  /** Whether anybody watches: without a watcher no trace effects are made. */
  watched = false
  readonly #counters: Counters
  #effects: Effect[] = []

  constructor(counters: Counters) {
    this.#counters = counters
  }

  send(transmit: Transmit): void {
    this.#counters.datagramsSent++
    this.#counters.bytesSent += transmit.size
    this.#add(transmit)
  }

  found(operationId: number, endpoints: readonly Endpoint[]): void {
    this.#add({ kind: 'found', operationId, endpoints })
  }

  round(operationId: number, report: RoundReport): void {
    this.#add({ kind: 'round', operationId, report })
  }

  settle(operationId: number, outcome: Outcome): void {
    this.#add({ kind: 'settle', operationId, outcome })
  }

  ended(operationId: number): void {
    this.#add({ kind: 'ended', operationId })
  }

  trace(event: NodeEvent): void {
    if (this.watched) this.#add({ kind: 'trace', event })
  }

  /** Tells a warning once, whether or not anybody watches. */
  readonly warn: Warn = warnOnce((warning) => this.#add(warning))

  bootstrapNeeded(): void {
    this.#add({ kind: 'bootstrap-needed' })
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
