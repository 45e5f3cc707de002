// Collects the effects of one call of the core, in order. Every public method of the core that has
// effects drains it before it returns, so that no effect is left over for the next call.

import type { Contact, Endpoint } from '@dht/krpc'
import { type Warn, warnOnce } from '../warnings.ts'
import type { Counters } from './counters.ts'
import type { Effect, Transmit } from './effect.ts'
import type { NodeEvent } from './event.ts'
import type { TracedLookup, TraceStep } from './lookups/trace.ts'
import type { Outcome, RoundReport } from './operations/outcome.ts'

const NO_EFFECTS: readonly Effect[] = Object.freeze([])

export class Outbox {
  /** Whether events become `trace` effects. */
  watched = false
  /** Whether every lookup that begins is traced. */
  tracesLookups = false
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

  found(operationId: number, endpoints: readonly Endpoint[], from: Contact | undefined): void {
    this.#add({ kind: 'found', operationId, endpoints, from })
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

  lookupStep(lookup: TracedLookup, step: TraceStep): void {
    this.#add({ kind: 'lookup-step', lookup, step })
  }

  /** Adds a warning, whether or not the node is watched. */
  readonly warn: Warn = warnOnce((warning) => this.#add(warning))

  bootstrapNeeded(): void {
    this.#add({ kind: 'bootstrap-needed' })
  }

  drain(): readonly Effect[] {
    if (this.#effects.length === 0) return NO_EFFECTS
    const effects = this.#effects
    this.#effects = []
    return effects
  }

  /** Most calls have one effect, and an array literal takes a tenth of the memory of `push`. */
  #add(effect: Effect): void {
    if (this.#effects.length === 0) this.#effects = [effect]
    else this.#effects.push(effect)
  }
}
