// The ways a caller can be wrong about this package, and the one thing the system may refuse it.
// What a peer does wrong is never here: that is a `Malformed` value.
// Every message reads "what: expected X, got Y". The code is the contract: it survives a second
// copy of this package in one program, so test with the static guard rather than `instanceof`.

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

/** An address, a port or an endpoint's text is not what it has to be. */
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

/** A message that must not be sent: a width, a range or a size is off. */
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

/** The system would not give the socket: port in use, no such address, no right. See `cause`. */
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
