// What goes wrong through the caller's doing, or through an operation that could not be met. Peers'
// faults never come here: they are values inside outcomes.

import { expectedNames, showValue } from '@dht/id'

/** Codes are the contract; they survive two copies of this package in one process. */
export type NodeErrorCode =
  /** An option, argument or combination of options is not acceptable. */
  | 'ERR_DHT_NODE_ARGUMENT'
  /** The node is closed (or was closed before the operation was met). */
  | 'ERR_DHT_NODE_CLOSED'
  /** The operation was cancelled by its AbortSignal. */
  | 'ERR_DHT_NODE_ABORTED'
  /** The node asked did not answer in time. */
  | 'ERR_DHT_NODE_TIMEOUT'
  /** The node asked can't be reached from here. */
  | 'ERR_DHT_NODE_UNREACHABLE'
  /** The node asked answered with an error message; see `remote`. */
  | 'ERR_DHT_NODE_REMOTE'
  /** The node asked answered something that is no valid answer. */
  | 'ERR_DHT_NODE_PROTOCOL'
  /** A bound of this node was reached, or the question would have gone to ourselves. */
  | 'ERR_DHT_NODE_REFUSED'
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

/** The same where what was given is best described in words. */
export function describedError(what: string, expected: string, got: string): DhtNodeError {
  return new DhtNodeError('ERR_DHT_NODE_ARGUMENT', `${what}: expected ${expected}, got ${got}`)
}

/** The error for a name that is none of the known ones. */
export function unknownName(name: string, known: readonly string[]): DhtNodeError {
  return argumentError('option', expectedNames(name, known), name)
}
