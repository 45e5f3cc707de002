// Distances between ids for the eye: how many leading bits two ids share, and the binary logarithm
// of their XOR distance. All ids here are lower-case hexadecimal text.

const BITS_PER_DIGIT = 4

/** The width of an id in bits. */
export function idBits(id: string): number {
  return id.length * BITS_PER_DIGIT
}

/** Bit `index` of an id, 0 or 1, counted from the most significant one. */
export function bitAt(id: string, index: number): 0 | 1 {
  const digit = digitAt(id, Math.floor(index / BITS_PER_DIGIT))
  return ((digit >> (BITS_PER_DIGIT - 1 - (index % BITS_PER_DIGIT))) & 1) as 0 | 1
}

/** The bits from `from` up to and without `to`, as text of 0 and 1. */
export function bitText(id: string, from: number, to: number): string {
  let text = ''
  for (let index = from; index < Math.min(to, idBits(id)); index++) text += bitAt(id, index)
  return text
}

/** How many leading bits two ids of one width share. */
export function sharedBits(a: string, b: string): number {
  const digits = Math.min(a.length, b.length)
  for (let index = 0; index < digits; index++) {
    const difference = digitAt(a, index) ^ digitAt(b, index)
    if (difference !== 0) return index * BITS_PER_DIGIT + Math.clz32(difference) - 28
  }
  return digits * BITS_PER_DIGIT
}

/**
 * The binary logarithm of the XOR distance of two ids, 0 to the width in bits. Equal ids have 0
 * too, because there is no logarithm of 0. Exact to about 40 bits behind the first that differs.
 */
export function distanceBits(a: string, b: string): number {
  const shared = sharedBits(a, b)
  const width = Math.min(idBits(a), idBits(b))
  if (shared === width) return 0
  const first = Math.floor(shared / BITS_PER_DIGIT)
  const digits = Math.min(12, width / BITS_PER_DIGIT - first)
  let value = 0
  for (let index = first; index < first + digits; index++) {
    value = value * 16 + (digitAt(a, index) ^ digitAt(b, index))
  }
  return Math.log2(value) + width - BITS_PER_DIGIT * (first + digits)
}

/** The value of a lower-case hexadecimal digit; what is missing counts as 0. */
function digitAt(id: string, index: number): number {
  const code = id.charCodeAt(index)
  if (code >= 97) return code - 87
  return code >= 48 ? code - 48 : 0
}
