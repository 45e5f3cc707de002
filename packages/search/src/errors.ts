// What a caller of this package can do wrong. A peer's misbehaviour is never an error here: it is a
// value (`ReplyVerdict`) or is left out of the lookup in silence.
//
// The codes are the contract. They survive two copies of the package in one program, which
// `instanceof` does not; use the static `is` guards.

import { showValue } from '@dht/id'

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && (error as { code?: unknown }).code === code

/** An option is unknown or outside its bounds. Thrown once, when options are resolved. */
export class SearchOptionError extends Error {
  override readonly name = 'SearchOptionError'
  readonly code = 'ERR_DHT_SEARCH_OPTION'

  constructor(option: string, expected: string, got: unknown) {
    super(`${option}: expected ${expected}, got ${showValue(got)}`)
  }

  static is(error: unknown): error is SearchOptionError {
    return hasCode(error, 'ERR_DHT_SEARCH_OPTION')
  }
}

/** An id or a token is no bytes, or an id does not have the width of the target. */
export class SearchIdError extends Error {
  override readonly name = 'SearchIdError'
  readonly code = 'ERR_DHT_SEARCH_ID'

  /** @param got - that of another width, or whatever was given in its place */
  constructor(what: string, expected: string, got: unknown) {
    super(`${what}: expected ${expected}, got ${showValue(got)}`)
  }

  static is(error: unknown): error is SearchIdError {
    return hasCode(error, 'ERR_DHT_SEARCH_ID')
  }
}
