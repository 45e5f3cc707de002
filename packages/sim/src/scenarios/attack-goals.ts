// What is wanted of lookups under each attack of the table, and which rows are known to fall short.
// A row that falls short shows its goal as missed, but fails the run only with `strict`; a row that
// reached its goal must reach it again.

import { ATTACK_ROWS, type AttackRow, labelOf } from './attack-table.ts'

/** Most nodes that a lookup may ask around a key that is surrounded. */
const MOST_ASKED = 256
/** Most times the 99th percentile of the time without attackers, under slow attackers. */
const MOST_SLOWDOWN = 2

export interface AttackGoal {
  /** Least share of lookups that find the honest endpoint. */
  readonly found?: number
  readonly mostAsked?: number
  readonly mostSlowdown?: number
  /** Whether a miss fails the run. */
  readonly isRequired: boolean
}

/** The names of the rows of the table that miss their goal today, with the default settings. */
export const SHORT: ReadonlySet<string> = new Set([
  'E1 dht256: 16 identities in 16 subnets, spread',
  'E1 mainline: 16 identities in 16 subnets, spread',
  'E1 dht256 secure: 200 identities in 200 subnets, one address in each, with allowed ids',
  'E3 dht256: 20 % colluding',
  'E3 dht256: 40 % colluding',
  'E3 dht256: 40 % adaptive',
  'E7 mainline: 20 % chameleon, allowed ids',
])

/**
 * The goal of a row. A row with parameters that the user chose is shown beside the goal of its
 * attack, and fails the run only if all goals do.
 */
export function goalOf(row: AttackRow, isStrict: boolean): AttackGoal {
  const isKnown = ATTACK_ROWS.includes(row) && !SHORT.has(labelOf(row))
  const isRequired = isStrict || isKnown
  if (row.attack === 11) return { mostSlowdown: MOST_SLOWDOWN, isRequired }
  const found = leastFound(row)
  return {
    ...(found !== undefined && { found }),
    ...(row.attack === 1 && { mostAsked: MOST_ASKED }),
    isRequired,
  }
}

/** Undefined: the attack has no goal yet, and is only measured. */
function leastFound({ attack, subnets = 1, share = 0, isTargeted }: AttackRow): number | undefined {
  const isMany = share >= 0.4
  switch (attack) {
    case 1:
      return subnets <= 16 ? 0.99 : 0.95
    case 2:
      return isMany ? 0.99 : 0.999
    case 3:
      return isTargeted === true || isMany ? 0.99 : 0.999
    case 7:
      return isMany ? 0.95 : 0.99
    case 9:
      return 0.999
    default:
      return undefined
  }
}
