// The errors of this package: wrong calls, and processes that threw. What simulated nodes do to one
// another is never an error here.

import { expectedNames, showValue } from '@dht/id'

/** Codes are stable. Compare them instead of classes, which may exist twice in one process. */
export type SimErrorCode =
  /** An option or argument can't be used. */
  | 'ERR_DHT_SIM_ARGUMENT'
  /** The host has the wrong state: it runs no process, or runs one already. */
  | 'ERR_DHT_SIM_STATE'
  /** What was waited for did not happen: no event is left, or too much time has passed. */
  | 'ERR_DHT_SIM_STALLED'
  /** The code of a simulated process threw. The error's `cause` says what. */
  | 'ERR_DHT_SIM_PROCESS'

/** The only error class of this package. Its `code` says what is wrong. */
export class SimError extends Error {
  override readonly name = 'SimError'
  readonly code: SimErrorCode

  constructor(code: SimErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }

  /** Whether `value` is such an error, also one from another copy of this package. */
  static is(value: unknown): value is SimError {
    return value instanceof Error && value.name === 'SimError' && 'code' in value
  }
}

/** The error for an argument that can't be used: `what: expected X, got Y`. */
export function argumentError(what: string, expected: string, got: unknown): SimError {
  const message = `${what}: expected ${expected}, got ${showValue(got)}`
  return new SimError('ERR_DHT_SIM_ARGUMENT', message)
}

/** Throws if `options` is not an object or has an unknown name. */
export function checkNames(options: object, known: Iterable<string>, what = 'option'): void {
  if (typeof options !== 'object' || options === null) {
    throw argumentError(`${what}s`, 'an object', options)
  }
  const names = [...known]
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown !== undefined) throw argumentError(what, expectedNames(unknown, names), unknown)
}
