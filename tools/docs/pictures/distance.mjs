// Distances of ids in hex, for pictures.

/**
 * How near two ids are: the bits that they share from the first on, and a fraction for the bits
 * behind. A larger number is nearer; one more halves the distance.
 *
 * @param {string} a - hex @param {string} b - hex of the same width
 */
export function nearness(a, b) {
  const distance = BigInt(`0x${a}`) ^ BigInt(`0x${b}`)
  const bits = 4 * a.length
  if (distance === 0n) return bits
  // The first 48 bits from the first difference on, as a fraction from 1 to 2.
  const length = distance.toString(2).length
  const head = length > 48 ? distance >> BigInt(length - 48) : distance << BigInt(48 - length)
  return bits - length + 1 - Math.log2(Number(head) / 2 ** 47)
}
