// The codes of error messages.

/** Named codes of error messages, BEP 5. Other codes are read as they are. */
export const ErrorCode = {
  /** Anything else. */
  generic: 201,
  /** The responder failed. */
  server: 202,
  /** A missing, ill-typed or mis-sized argument, or a bad token. */
  protocol: 203,
  /** The responder does not know the method. */
  methodUnknown: 204,
} as const
