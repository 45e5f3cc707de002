// The bytes that have a meaning in bencode (BEP 3, "bencoding").

/** `:`, between the length of a string and its bytes. */
export const COLON = 58
/** `d`, before the keys and values of a dictionary. */
export const DICTIONARY = 100
/** `e`, behind an integer, a list or a dictionary. */
export const END = 101
/** `i`, before the digits of an integer. */
export const INTEGER = 105
/** `l`, before the values of a list. */
export const LIST = 108
/** `-`, before the digits of a negative integer. */
export const MINUS = 45
/** `0`, the first of the ten digits. */
export const ZERO = 48
