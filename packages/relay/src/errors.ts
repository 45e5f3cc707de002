// The errors of this package, for relays and for their clients. What a client or a peer does wrong
// is no error of the relay: it is dropped and counted, or ends the connection.

import { expectedNames, showValue } from '@dht/id'

/** Compare codes, not classes or messages: there may be two copies of this package. */
export type RelayErrorCode =
  /** An option can't be used. */
  | 'ERR_DHT_RELAY_OPTION'
  /** The relay can't listen; the system's error is the `cause`. */
  | 'ERR_DHT_RELAY_LISTEN'
  /** The relay refused this client; `closeCode` says why. */
  | 'ERR_DHT_RELAY_REFUSED'
  /** The relay can't be reached, or the connection to it was lost. */
  | 'ERR_DHT_RELAY_LOST'
  /** The transport was started before, or is closed. */
  | 'ERR_DHT_RELAY_CLOSED'

/** The one error class of this package: branch on `code`. */
export class RelayError extends Error {
  override readonly name = 'RelayError'
  readonly code: RelayErrorCode
  /** The code with which the relay closed the WebSocket. */
  declare readonly closeCode?: number

  constructor(
    code: RelayErrorCode,
    message: string,
    detail: { readonly cause?: unknown; readonly closeCode?: number } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.code = code
    if (detail.closeCode !== undefined) this.closeCode = detail.closeCode
  }

  /** Whether `value` is such an error, also when it comes from another copy of this package. */
  static is(value: unknown): value is RelayError {
    return value instanceof Error && value.name === 'RelayError' && 'code' in value
  }
}

/** The error for an option that can't be used: `what: expected X, got Y`. */
export function optionError(what: string, expected: string, got: unknown): RelayError {
  const message = `${what}: expected ${expected}, got ${showValue(got)}`
  return new RelayError('ERR_DHT_RELAY_OPTION', message)
}

/** @throws {RelayError} when `options` is no object, or has an option that is not `known` */
export function checkOptionNames(options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw optionError('options', 'an object', options)
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) throw optionError('option', expectedNames(unknown, known), unknown)
}
