// The errors that this package throws: mistakes of its caller, and a socket that the system
// refuses. What a peer does wrong is a `Malformed` value and never throws. Every message reads
// "what: expected X, got Y". Test the `code`, or use the static guard, which works across two
// copies of the package; `instanceof` does not.

interface Mismatch {
  readonly what: string
  readonly expected: string
  readonly got: string
}

function sentence({ what, expected, got }: Mismatch): string {
  return `${what}: expected ${expected}, got ${got}`
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/** An address, a port or the text of an endpoint is invalid. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError'
  readonly code = 'ERR_DHT_KRPC_ENDPOINT'

  constructor(mismatch: Mismatch) {
    super(sentence(mismatch))
  }

  /** Whether `error` is an EndpointError, of this copy of the package or another. */
  static is(error: unknown): error is EndpointError {
    return hasCode(error, 'ERR_DHT_KRPC_ENDPOINT')
  }
}

/** A message must not be sent: a width, a range or a size is wrong. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError'
  readonly code = 'ERR_DHT_KRPC_ENCODE'

  constructor(mismatch: Mismatch) {
    super(sentence(mismatch))
  }

  /** Whether `error` is an EncodeError, of this copy of the package or another. */
  static is(error: unknown): error is EncodeError {
    return hasCode(error, 'ERR_DHT_KRPC_ENCODE')
  }
}

/** An option is unknown or outside its range. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError'
  readonly code = 'ERR_DHT_KRPC_OPTIONS'

  constructor(mismatch: Mismatch) {
    super(sentence(mismatch))
  }

  /** Whether `error` is an OptionsError, of this copy of the package or another. */
  static is(error: unknown): error is OptionsError {
    return hasCode(error, 'ERR_DHT_KRPC_OPTIONS')
  }
}

/** The system refused the socket: port in use, no such address, no permission. See `cause`. */
export class BindError extends Error {
  override readonly name = 'BindError'
  readonly code = 'ERR_DHT_KRPC_BIND'

  constructor(mismatch: Mismatch & { readonly cause?: unknown }) {
    super(sentence(mismatch), { cause: mismatch.cause })
  }

  /** Whether `error` is a BindError, of this copy of the package or another. */
  static is(error: unknown): error is BindError {
    return hasCode(error, 'ERR_DHT_KRPC_BIND')
  }
}
