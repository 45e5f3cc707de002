// The numbers of the wire's own errors.

/** Codes of an error message that have a name here, BEP 5. Others are read as they come. */
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
