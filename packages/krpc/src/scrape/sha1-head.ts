// The first 32 bits of the SHA-1 of an address, which is all that a filter of BEP 33 needs. An
// address and its padding fit one block of SHA-1, so this is shorter and faster than a whole SHA-1.

/** The schedule of one block; overwritten by each call. */
const schedule = new Int32Array(80)

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
  let [a, b, c, d, e]: [number, number, number, number, number] = [...START]
  for (let round = 0; round < 80; round += 1) {
    const group = (round / 20) | 0
    const sum = rotated(a, 5) + mixed(group)(b, c, d) + e + wordAt(round)
    const next = (sum + (CONSTANTS[group] as number)) | 0
    e = d
    d = c
    c = rotated(b, 30)
    b = a
    a = next
  }
  return (a + START[0]) >>> 0
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

/** The function of a group of rounds. */
function mixed(group: number): (b: number, c: number, d: number) => number {
  if (group === 0) return choice
  return group === 2 ? majority : parity
}

function choice(b: number, c: number, d: number): number {
  return (b & c) | (~b & d)
}

function parity(b: number, c: number, d: number): number {
  return b ^ c ^ d
}

function majority(b: number, c: number, d: number): number {
  return (b & c) | (b & d) | (c & d)
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}
