// The codes of error messages.

/** Named codes of error messages, BEP 5 and BEP 44. Other codes are read as they are. */
export const ErrorCode = {
  /** Anything else. */
  generic: 201,
  /** The responder failed. */
  server: 202,
  /** A missing, ill-typed or mis-sized argument, or a bad token. */
  protocol: 203,
  /** The responder does not know the method. */
  methodUnknown: 204,
  /** The value of an item is longer than 1000 bytes. BEP 44. */
  valueTooBig: 205,
  /** The signature of an item does not verify. BEP 44. */
  badSignature: 206,
  /** The salt of an item is longer than 64 bytes. BEP 44. */
  saltTooBig: 207,
  /** The stored item has another sequence number than `cas`. BEP 44. */
  casMismatch: 301,
  /** The stored item has a higher sequence number, or the same and another value. BEP 44. */
  sequenceTooLow: 302,
} as const
