// What a caller of this package can do wrong. What a peer does wrong is never an error here: it is
// an answer (see insertion.ts).
// An id of another width than the table's own is refused by @dht/id, with its IdLengthError.
// The code is the contract: it survives a second copy of this package in one program, so test with
// the static guard rather than `instanceof`.

import { showValue } from '@dht/id'

/** An option is unknown, or outside its bounds. Thrown once, when a table is made. */
export class RoutingTableOptionError extends Error {
  override readonly name = 'RoutingTableOptionError'
  readonly code = 'ERR_DHT_ROUTING_TABLE_OPTION'

  constructor(option: string, expected: string, got: unknown) {
    super(`${option}: expected ${expected}, got ${showValue(got)}`)
  }

  /** Whether `error` is a RoutingTableOptionError, of this copy of the package or another. */
  static is(error: unknown): error is RoutingTableOptionError {
    return (
      error instanceof Error && 'code' in error && error.code === 'ERR_DHT_ROUTING_TABLE_OPTION'
    )
  }
}

/** An argument of a method is of another type: an instant, a count, a contact. */
export class RoutingTableArgumentError extends Error {
  override readonly name = 'RoutingTableArgumentError'
  readonly code = 'ERR_DHT_ROUTING_TABLE_ARGUMENT'

  constructor(argument: string, expected: string, got: unknown) {
    super(`${argument}: expected ${expected}, got ${showValue(got)}`)
  }

  /** Whether `error` is a RoutingTableArgumentError, of this copy of the package or another. */
  static is(error: unknown): error is RoutingTableArgumentError {
    return (
      error instanceof Error && 'code' in error && error.code === 'ERR_DHT_ROUTING_TABLE_ARGUMENT'
    )
  }
}
