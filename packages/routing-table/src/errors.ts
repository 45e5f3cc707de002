// The errors that a caller of this package can cause. What a peer does wrong is never an error
// here: it is a value (see insertion.ts). @dht/id throws its IdLengthError for an id of another
// width than the table's own.
// Tell errors apart by `code` or the static `is`: `instanceof` fails when a program has two copies
// of this package.

import { showValue } from '@dht/id'

/** An option is unknown, or outside its bounds. Thrown once, when a table is made. */
export class RoutingTableOptionError extends Error {
  override readonly name = 'RoutingTableOptionError'
  readonly code = 'ERR_DHT_ROUTING_TABLE_OPTION'

  constructor(option: string, expected: string, got: unknown) {
    super(`${option}: expected ${expected}, got ${showValue(got)}`)
  }

  /** Whether `error` is a RoutingTableOptionError, from any copy of this package. */
  static is(error: unknown): error is RoutingTableOptionError {
    return (
      error instanceof Error && 'code' in error && error.code === 'ERR_DHT_ROUTING_TABLE_OPTION'
    )
  }
}

/** An argument of a method (an instant, a count, a contact) has the wrong type. */
export class RoutingTableArgumentError extends Error {
  override readonly name = 'RoutingTableArgumentError'
  readonly code = 'ERR_DHT_ROUTING_TABLE_ARGUMENT'

  constructor(argument: string, expected: string, got: unknown) {
    super(`${argument}: expected ${expected}, got ${showValue(got)}`)
  }

  /** Whether `error` is a RoutingTableArgumentError, from any copy of this package. */
  static is(error: unknown): error is RoutingTableArgumentError {
    return (
      error instanceof Error && 'code' in error && error.code === 'ERR_DHT_ROUTING_TABLE_ARGUMENT'
    )
  }
}
