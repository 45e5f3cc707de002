// The first 32 bits of the SHA-1 of an address, which is all that a filter of BEP 33 needs. An
// address and its padding fit one block of SHA-1, so this is shorter and faster than a whole SHA-1.

/** The schedule of one block; overwritten by each call. */
const schedule = new Int32Array(80)

/** The five words a to e of the rounds; overwritten by each call. */
const words = new Int32Array(5)

/** The words that SHA-1 starts from. */
const START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0] as const

/** The constants of its four groups of 20 rounds. */
const CONSTANTS = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6] as const

/**
 * @param message - at most 55 bytes, which fit one block with their padding
 * @returns the first four bytes of its SHA-1, big endian, as an unsigned number
 * @see FIPS 180-4, section 6.1
 */
export function sha1Head(message: Uint8Array): number {
  expand(message)
  words.set(START)
  for (let round = 0; round < 80; round += 1) {
    const [a, b] = [words[0] as number, words[1] as number]
    const next = rotated(a, 5) + mixed(round) + (words[4] as number) + (schedule[round] as number)
    words.copyWithin(1, 0, 4)
    words[0] = next
    words[2] = rotated(b, 30)
  }
  return ((words[0] as number) + START[0]) >>> 0
}

/** Writes the padded message into the schedule, and the words that follow from it. */
function expand(message: Uint8Array): void {
  schedule.fill(0, 0, 16)
  for (let at = 0; at < message.length; at += 1) place(message[at] as number, at)
  place(0x80, message.length)
  schedule[15] = message.length * 8
  for (let word = 16; word < 80; word += 1) {
    const sum = wordAt(word - 3) ^ wordAt(word - 8) ^ wordAt(word - 14) ^ wordAt(word - 16)
    schedule[word] = rotated(sum, 1)
  }
}

function place(byte: number, at: number): void {
  schedule[at >> 2] = wordAt(at >> 2) | (byte << (24 - 8 * (at & 3)))
}

function wordAt(index: number): number {
  return schedule[index] as number
}

/** The function and the constant of a round. */
function mixed(round: number): number {
  const [b, c, d] = [words[1] as number, words[2] as number, words[3] as number]
  if (round < 20) return ((b & c) | (~b & d)) + CONSTANTS[0]
  if (round < 40) return (b ^ c ^ d) + CONSTANTS[1]
  if (round < 60) return ((b & c) | (b & d) | (c & d)) + CONSTANTS[2]
  return (b ^ c ^ d) + CONSTANTS[3]
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}
