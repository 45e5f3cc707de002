// The bounds of a message, on both ways. A message inside them costs a known amount of work; what
// is outside is refused: by the decoder in silence, by the encoder with an EncodeError.

/** A datagram this small is no message; libtorrent drops up to 20 bytes too. */
export const MIN_DATAGRAM = 21
/** A datagram larger than this is lost on libtorrent and on the bootstrap routers. */
export const MAX_DATAGRAM = 1500
/** Containers open at once. libtorrent's limit. */
export const MAX_DEPTH = 10
/** Strings (keys included), integers, lists and dictionaries together. libtorrent's limit. */
export const MAX_ITEMS = 500
/** Longest transaction id echoed, in bytes. The longest seen in the field is a 10-byte varint. */
export const MAX_TRANSACTION_ID = 32
/** Longest client version kept, in bytes. Ours; 4 are usual, and one client drops any other. */
export const MAX_VERSION = 64
/** Longest write token, in bytes. Ours; the longest in the field is 20. */
export const MAX_TOKEN = 64
/** Longest method name, in bytes. Ours; the longest in use is `sample_infohashes`. */
export const MAX_METHOD = 64
/** Longest text of an error, in bytes. Ours; the longest that a BEP prints has 53. */
export const MAX_ERROR_TEXT = 64
/** Largest error code. Ours; the largest in use is 401. */
export const MAX_ERROR_CODE = 65_535
