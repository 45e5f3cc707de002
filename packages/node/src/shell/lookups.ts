// The lookups of a node's user, and their traces.

import type { Id } from '@dht/id'
import {
  type ClosestOptions,
  type LookupOptions,
  toClosestOptions,
  toLookupOptions,
} from './arguments.ts'
import { CallTrace } from './call-trace.ts'
import type { Calls } from './calls.ts'
import { type Lookup, lookupWaiter, newLookup } from './handle-waiters.ts'
import { outcomeError } from './outcome-error.ts'
import { type LookupResult, toPlain } from './plain.ts'

/** @throws {DhtNodeError} for options that can't be used */
export function lookUp(calls: Calls, target: Id, options: LookupOptions): Lookup {
  const { mode, onFound, signal, ...tracing } = toLookupOptions(options)
  const trace = new CallTrace(tracing)
  const isTraced = trace.isWanted
  const lookup = newLookup(() => calls.cancel(operationId))
  const operationId = calls.start(
    (operationId) => ({ kind: 'lookup', operationId, target, mode, isTraced }),
    lookupWaiter(lookup, trace, onFound),
    signal,
  )
  return lookup
}

export async function closestTo(
  calls: Calls,
  target: Id,
  options: ClosestOptions,
): Promise<LookupResult> {
  const checked = toClosestOptions(options)
  const trace = new CallTrace(checked)
  const isTraced = trace.isWanted
  const outcome = await calls.outcome(
    (operationId) => ({ kind: 'closest', operationId, target, isTraced }),
    checked,
    trace,
  )
  if (outcome.kind !== 'found') throw outcomeError(outcome)
  return { ...toPlain(outcome.result), ...trace.kept }
}
