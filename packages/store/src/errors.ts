// The errors that this package throws. Only its caller can cause them: a fault of a remote peer is
// a returned value. Distinguish errors by `code` or the static `is`. `instanceof` fails when a
// process has two copies of this package.

import { showValue } from '@dht/id'

/** An option has an unknown name or an unusable value. Thrown when options are resolved. */
export class StoreOptionError extends Error {
  readonly code = 'ERR_DHT_STORE_OPTION' as const
  override readonly name: string = 'StoreOptionError'
  /** The option's name, or `option` for an unknown name. */
  readonly option: string

  constructor(option: string, expected: string, got: unknown) {
    super(`${option}: expected ${expected}, got ${showValue(got)}`)
    this.option = option
  }

  static is(error: unknown): error is StoreOptionError {
    return error instanceof Error && 'code' in error && error.code === 'ERR_DHT_STORE_OPTION'
  }
}

/** An argument has the wrong type or size, or is out of range. */
export class StoreArgumentError extends Error {
  readonly code = 'ERR_DHT_STORE_ARGUMENT' as const
  override readonly name: string = 'StoreArgumentError'
  /** The argument's name. */
  readonly argument: string

  constructor(argument: string, expected: string, got: unknown) {
    super(`${argument}: expected ${expected}, got ${showValue(got)}`)
    this.argument = argument
  }

  static is(error: unknown): error is StoreArgumentError {
    return error instanceof Error && 'code' in error && error.code === 'ERR_DHT_STORE_ARGUMENT'
  }
}
