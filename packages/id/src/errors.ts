// The errors that a caller of this package can cause: a length is wrong (IdLengthError), or the
// value can't be an id at all (IdFormatError). Every message has the form "what: expected X, got
// Y". Tell errors apart by `code` or the static `is`: `instanceof` fails when a program has two
// copies of this package.

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
 * The length of an id, of its hexadecimal form, of a prefix, of an address, or of the bytes from a
 * random source is not the expected one.
 */
export class IdLengthError extends Error {
  override readonly name = 'IdLengthError'
  readonly code = 'ERR_DHT_ID_LENGTH'

  constructor(mismatch: Mismatch) {
    super(sentence(mismatch))
  }

  /** Whether `error` is an IdLengthError, from any copy of this package. */
  static is(error: unknown): error is IdLengthError {
    return hasCode(error, 'ERR_DHT_ID_LENGTH')
  }
}

/** The value can't be an id: a character is not hexadecimal, or a value is out of range. */
export class IdFormatError extends Error {
  override readonly name = 'IdFormatError'
  readonly code = 'ERR_DHT_ID_FORMAT'

  constructor(mismatch: Mismatch) {
    super(sentence(mismatch))
  }

  /** Whether `error` is an IdFormatError, from any copy of this package. */
  static is(error: unknown): error is IdFormatError {
    return hasCode(error, 'ERR_DHT_ID_FORMAT')
  }
}
