// The errors that a caller of this package can cause. What a peer does wrong is never an error: it
// is a value (`ResponseVerdict`), or the lookup ignores it. Tell errors apart by `code` or the
// static `is`: `instanceof` fails when a program has two copies of this package.

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

/** An id or a token is not a Uint8Array, or an id is not as wide as the target. */
export class SearchIdError extends Error {
  override readonly name = 'SearchIdError'
  readonly code = 'ERR_DHT_SEARCH_ID'

  /** @param got - the value that was given */
  constructor(what: string, expected: string, got: unknown) {
    super(`${what}: expected ${expected}, got ${showValue(got)}`)
  }

  static is(error: unknown): error is SearchIdError {
    return hasCode(error, 'ERR_DHT_SEARCH_ID')
  }
}
