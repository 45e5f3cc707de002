// The limits of a message, for reading and for writing. The work for a message within them is
// bounded. What exceeds them is malformed for the decoder and an EncodeError for the encoder.

/** Smallest message, in bytes. libtorrent drops up to 20 bytes too. */
export const MIN_DATAGRAM = 21
/** Largest datagram, in bytes. libtorrent and the bootstrap routers lose larger ones. */
export const MAX_DATAGRAM = 1500
/**
 * Largest budget of a method, in bytes. A full `put` of BEP 44 takes 1,376. Ours: a tunnel leaves
 * that much of an Ethernet frame.
 */
export const MAX_BUDGET = 1400
/** Containers open at once. libtorrent's limit. */
export const MAX_DEPTH = 10
/** Strings (keys included), integers, lists and dictionaries together. libtorrent's limit. */
export const MAX_ITEMS = 500
/** Longest transaction id, in bytes. The longest seen in use is a 10-byte varint. */
export const MAX_TRANSACTION_ID = 32
/** Longest client version, in bytes. Ours; 4 are usual, and one client drops others. */
export const MAX_VERSION = 64
/** Longest write token, in bytes. Ours; the longest seen in use has 20. */
export const MAX_TOKEN = 64
/** Longest method name, in bytes. Ours; the longest in use is `sample_infohashes`. */
export const MAX_METHOD = 64
/** Longest text of an error, in bytes. Ours; the longest in a BEP has 53. */
export const MAX_ERROR_TEXT = 64
/** Largest error code. Ours; the largest in use is 401. */
export const MAX_ERROR_CODE = 65_535
