// Passes the steps of traced lookups on to their users, as plain data.

import type { TracedLookup as CoreLookup, TraceStep as CoreStep } from '../core/lookups/trace.ts'
import type { NodeCore } from '../core/node-core.ts'
import type { OnLookupStep } from './arguments.ts'
import { guarded } from './guarded.ts'
import type { OperationWaiters } from './operation-waiters.ts'
import { toPlain } from './plain.ts'

export class LookupSteps {
  readonly #core: NodeCore
  readonly #operations: OperationWaiters
  readonly #listeners = new Set<OnLookupStep>()

  constructor(core: NodeCore, operations: OperationWaiters) {
    this.#core = core
    this.#operations = operations
  }

  /** @returns removes the listener, and has no effect when it is called again */
  add(listener: OnLookupStep): () => void {
    const told = guarded(listener)
    this.#listeners.add(told)
    this.#core.traceLookups(true)
    return () => {
      this.#listeners.delete(told)
      this.#core.traceLookups(this.#listeners.size > 0)
    }
  }

  taken(coreLookup: CoreLookup, coreStep: CoreStep): void {
    const [lookup, step] = [toPlain(coreLookup), toPlain(coreStep)]
    // One that a listener adds is told from the next step on, and one that it removes no more.
    for (const listener of [...this.#listeners]) {
      if (this.#listeners.has(listener)) listener(lookup, step)
    }
    if (lookup.operationId !== undefined) this.#operations.step(lookup.operationId, lookup, step)
  }
}
