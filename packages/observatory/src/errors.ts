// The errors of this package that a caller can meet. What a page asks wrongly is no error here: it
// gets a refusal.

/** Compare codes, not classes or messages: there may be two copies of this package. */
export type ObservatoryErrorCode =
  /** An option can't be used. */
  'ERR_DHT_OBSERVATORY_ARGUMENT'

export class ObservatoryError extends Error {
  override readonly name = 'ObservatoryError'
  readonly code: ObservatoryErrorCode

  constructor(code: ObservatoryErrorCode, message: string) {
    super(message)
    this.code = code
  }

  /** Whether `value` is such an error, also when it comes from another copy of this package. */
  static is(value: unknown): value is ObservatoryError {
    return value instanceof Error && value.name === 'ObservatoryError' && 'code' in value
  }
}
