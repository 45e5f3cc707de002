// The errors of this package: for wrong arguments and for operations that failed. Core and shell
// use this file; it uses neither. Faults of other nodes are no errors but values in outcomes.

import { expectedNames, showValue } from '@dht/id'

/** Compare codes, not classes or messages: there may be two copies of this package. */
export type NodeErrorCode =
  /** An option, an argument or a combination of options can't be used. */
  | 'ERR_DHT_NODE_ARGUMENT'
  /** The node is closed, or was closed before the operation ended. */
  | 'ERR_DHT_NODE_CLOSED'
  /** The operation was cancelled, or its announcement was replaced or deleted. */
  | 'ERR_DHT_NODE_ABORTED'
  /** The queried node did not respond in time. */
  | 'ERR_DHT_NODE_TIMEOUT'
  /** The queried node is unreachable. */
  | 'ERR_DHT_NODE_UNREACHABLE'
  /** The queried node returned an error message; see `remote`. */
  | 'ERR_DHT_NODE_REMOTE'
  /** The queried node returned an invalid response. */
  | 'ERR_DHT_NODE_PROTOCOL'
  /**
   * No query was sent: the endpoint is our own, its family has no socket, or the limit of open or
   * waiting queries is reached.
   */
  | 'ERR_DHT_NODE_NOT_SENT'
  /** The call was not started: the limit of concurrent operations or announcements is reached. */
  | 'ERR_DHT_NODE_BUSY'
  /** The state can't be read or written; the storage's error is the `cause`. */
  | 'ERR_DHT_NODE_STATE'
  /** Another node uses the state. */
  | 'ERR_DHT_NODE_STATE_IN_USE'

/** The one error class of this package: branch on `code`. */
export class DhtNodeError extends Error {
  override readonly name = 'DhtNodeError'
  readonly code: NodeErrorCode
  /**
   * With `ERR_DHT_NODE_REMOTE`: the code and text of the error message received (BEP 5, "Errors").
   */
  declare readonly remote?: { readonly code: number; readonly text: string }

  constructor(
    code: NodeErrorCode,
    message: string,
    detail: {
      readonly cause?: unknown
      readonly remote?: { readonly code: number; readonly text: string }
    } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.code = code
    if (detail.remote !== undefined) this.remote = detail.remote
  }

  /** Whether `value` is such an error, also when it comes from another copy of this package. */
  static is(value: unknown): value is DhtNodeError {
    return value instanceof Error && value.name === 'DhtNodeError' && 'code' in value
  }
}

/** The error for an argument that can't be used: `what: expected X, got Y`. */
export function argumentError(what: string, expected: string, got: unknown): DhtNodeError {
  return describedError(what, expected, showValue(got))
}

/** The same, with a description of the value in words. */
export function describedError(what: string, expected: string, got: string): DhtNodeError {
  return new DhtNodeError('ERR_DHT_NODE_ARGUMENT', `${what}: expected ${expected}, got ${got}`)
}

/** The error for an unknown option. */
export function unknownName(name: string, known: readonly string[]): DhtNodeError {
  return argumentError('option', expectedNames(name, known), name)
}
