// Logarithm, exponential and power, from additions, multiplications and divisions only. Engines may
// differ in the last bit of `Math.log`, but an instant must be the same on all of them.

/** Natural logarithm. @param value - above 0 */
export function naturalLog(value: number): number {
  let mantissa = value
  let twos = 0
  while (mantissa >= 1.5) {
    mantissa /= 2
    twos++
  }
  while (mantissa < 0.75) {
    mantissa *= 2
    twos--
  }
  // 2 artanh s, with |s| at most 1/5: 12 terms reach the precision of a double.
  const s = (mantissa - 1) / (mantissa + 1)
  let [sum, power] = [0, s]
  for (let odd = 1; odd < 25; odd += 2) {
    sum += power / odd
    power *= s * s
  }
  return 2 * sum + twos * Math.LN2
}

/** e to the `value`. @param value - -700 to 700 */
export function exponential(value: number): number {
  const twos = Math.round(value / Math.LN2)
  const rest = value - twos * Math.LN2
  let [sum, term] = [1, 1]
  for (let i = 1; i < 18; i++) {
    term *= rest / i
    sum += term
  }
  for (let i = Math.abs(twos); i > 0; i--) sum = twos > 0 ? sum * 2 : sum / 2
  return sum
}

/** `base` to the `exponent`. @param base - at least 0 */
export function power(base: number, exponent: number): number {
  return base === 0 ? 0 : exponential(exponent * naturalLog(base))
}
