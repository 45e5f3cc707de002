// What goes wrong through the caller's doing, and what ends a run: a process that threw. What
// simulated nodes do to one another is never an error here.

import { expectedNames, showValue } from '@dht/id'

/** Codes are the contract; they survive two copies of this package in one process. */
export type SimErrorCode =
  /** An option or argument can't be used. */
  | 'ERR_DHT_SIM_ARGUMENT'
  /** The host is in no state for that: it runs nothing, or runs something already. */
  | 'ERR_DHT_SIM_STATE'
  /** What was waited for did not come: nothing is left to happen, or too much time passed. */
  | 'ERR_DHT_SIM_STALLED'
  /** The code of a simulated process threw; see `cause`. */
  | 'ERR_DHT_SIM_PROCESS'

/** The one error class of this package: branch on `code`. */
export class SimError extends Error {
  override readonly name = 'SimError'
  readonly code: SimErrorCode

  constructor(code: SimErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }

  /** Whether `value` is such an error, also when it comes from another copy of this package. */
  static is(value: unknown): value is SimError {
    return value instanceof Error && value.name === 'SimError' && 'code' in value
  }
}

/** The error for an argument that can't be used: `what: expected X, got Y`. */
export function argumentError(what: string, expected: string, got: unknown): SimError {
  const message = `${what}: expected ${expected}, got ${showValue(got)}`
  return new SimError('ERR_DHT_SIM_ARGUMENT', message)
}

/** Refuses what is no object, and names that are not known. */
export function checkNames(options: object, known: Iterable<string>, what = 'option'): void {
  if (typeof options !== 'object' || options === null) {
    throw argumentError(`${what}s`, 'an object', options)
  }
  const names = [...known]
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) throw argumentError(what, expectedNames(unknown, names), unknown)
}
