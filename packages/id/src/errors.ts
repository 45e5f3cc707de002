// The two ways a caller can be wrong about ids.
// A length is off (IdLengthError), or the content cannot be an id at all (IdFormatError).
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

/**
 * A length is not the one asked for: of an id, of its hexadecimal form, of a prefix, of an address,
 * or of what a random source returned.
 */
export class IdLengthError extends Error {
  override readonly name = 'IdLengthError'
  readonly code = 'ERR_DHT_ID_LENGTH'

  constructor(mismatch: Mismatch) {
    super(sentence(mismatch))
  }

  /** Whether `error` is an IdLengthError, of this copy of the package or another. */
  static is(error: unknown): error is IdLengthError {
    return hasCode(error, 'ERR_DHT_ID_LENGTH')
  }
}

/** The content cannot be an id: a character that is not hexadecimal, a value out of range. */
export class IdFormatError extends Error {
  override readonly name = 'IdFormatError'
  readonly code = 'ERR_DHT_ID_FORMAT'

  constructor(mismatch: Mismatch) {
    super(sentence(mismatch))
  }

  /** Whether `error` is an IdFormatError, of this copy of the package or another. */
  static is(error: unknown): error is IdFormatError {
    return hasCode(error, 'ERR_DHT_ID_FORMAT')
  }
}
