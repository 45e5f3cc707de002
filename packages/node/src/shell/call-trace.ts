// Collects the steps of the lookups that one call of the user leads to.

import type { OnLookupStep, TraceOptions } from './arguments.ts'
import { guarded } from './guarded.ts'
import type { LookupTrace, TracedLookup, TraceStep } from './plain.ts'

export class CallTrace {
  readonly #tell: OnLookupStep | undefined
  readonly #isKept: boolean
  readonly #traces = new Map<
    number,
    { readonly lookup: TracedLookup; readonly steps: TraceStep[] }
  >()

  /** @param options - `onStep`: is told of each step; `trace`: whether to keep the steps */
  constructor({ onStep, trace = false }: TraceOptions) {
    this.#tell = onStep && guarded(onStep)
    this.#isKept = trace
  }

  /** Whether the call is to be traced at all. */
  get isWanted(): boolean {
    return this.#isKept || this.#tell !== undefined
  }

  readonly step: OnLookupStep = (lookup, step) => {
    this.#tell?.(lookup, step)
    if (!this.#isKept) return
    const known = this.#traces.get(lookup.lookupId)
    if (known === undefined) this.#traces.set(lookup.lookupId, { lookup, steps: [step] })
    else known.steps.push(step)
  }

  /** What is added to the result of the call. */
  get kept(): { readonly trace?: readonly LookupTrace[] } {
    if (!this.#isKept) return {}
    const copies = Array.from(this.#traces.values(), ({ lookup, steps }) => {
      return { lookup, steps: [...steps] }
    })
    return { trace: copies }
  }
}
