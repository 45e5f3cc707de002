// Seeded randomness for tests that generate whole networks instead of single values.

/** Uniform in [0, 1). */
export type Chance = () => number

/** A small generator of sufficient quality: xorshift with an added Weyl sequence. */
export function chance(seed: number): Chance {
  let weyl = seed >>> 0
  return () => {
    weyl = (weyl + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(weyl ^ (weyl >>> 15), weyl | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function below(limit: number, random: Chance): number {
  return Math.floor(random() * limit)
}

/** `count` different items, uniform, in random order. */
export function sample<T>(items: readonly T[], count: number, random: Chance): T[] {
  const pool = [...items]
  const drawn: T[] = []
  while (drawn.length < count && pool.length > 0) {
    drawn.push(...pool.splice(below(pool.length, random), 1))
  }
  return drawn
}
