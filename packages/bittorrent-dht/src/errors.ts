// The errors of this package. Compare `code`: messages are for people and may change.

/** What an error is about. A number is the code of an error message of BEP 44. */
export type DhtClientErrorCode =
  /** An argument or an option can't be used. */
  | 'ERR_DHT_CLIENT_ARGUMENT'
  /** The client is destroyed. */
  | 'ERR_DHT_CLIENT_DESTROYED'
  /** The client listens already, or has begun to. */
  | 'ERR_DHT_CLIENT_LISTENING'
  /** The client does not listen yet. */
  | 'ERR_DHT_CLIENT_NOT_LISTENING'
  /** No node responded, so none could be written to. */
  | 'ERR_DHT_CLIENT_NO_NODES'
  /** No node that was written to accepted it. */
  | 'ERR_DHT_CLIENT_REFUSED'
  | number

export class DhtClientError extends Error {
  override readonly name = 'DhtClientError'
  readonly code: DhtClientErrorCode

  constructor(code: DhtClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** @param expected - what the argument must be */
export function argumentError(name: string, expected: string, given: unknown): DhtClientError {
  const shown = typeof given === 'string' || typeof given === 'number' ? `${given}` : typeof given
  return new DhtClientError(
    'ERR_DHT_CLIENT_ARGUMENT',
    `${name}: expected ${expected}, got ${shown}`,
  )
}

export function destroyedError(): DhtClientError {
  return new DhtClientError('ERR_DHT_CLIENT_DESTROYED', 'the client is destroyed')
}
