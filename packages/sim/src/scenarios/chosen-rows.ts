// Which rows of the table a run has, and what the options of scenario `enemies` replace in them.

import { ANSWER_NAMES } from '../adversaries/attack-answers.ts'
import { argumentError } from '../errors.ts'
import {
  ATTACK_ROWS,
  ATTACKS,
  type AttackedNetwork,
  type AttackRow,
  type IdChoice,
} from './attack-table.ts'
import type { ScenarioSettings } from './scenario.ts'

const NETWORKS: readonly AttackedNetwork[] = ['dht256', 'mainline', 'dht256 secure']
const IDS: readonly IdChoice[] = ['nearest', 'spread', 'allowed']

/**
 * The rows of the chosen attack, or of all attacks; some of them only if they are wanted.
 * Given parameters replace those of the attack's first row in each network.
 *
 * @throws {SimError} `ERR_DHT_SIM_ARGUMENT` for a number out of range
 */
export function chosenRows(extras: ScenarioSettings['extras']): AttackRow[] {
  const attack = oneOf(
    'attack',
    extras,
    ATTACKS.map(({ number }) => number),
  )
  const network = nth('network', extras, NETWORKS)
  const withLong = (extras['long'] ?? 0) > 0
  const rows = ATTACK_ROWS.filter((row) => {
    if (network !== undefined && row.network !== network) return false
    return row.runs === undefined || (row.runs === 'long' ? withLong : attack !== undefined)
  })
  const replaced = replacements(extras)
  const isReplaced = Object.keys(replaced).length > 0
  if (attack === undefined) {
    if (isReplaced) throw argumentError('attack', 'one, whose parameters are replaced', attack)
    return rows
  }
  const chosen = rows.filter((row) => row.attack === attack)
  if (!isReplaced) return chosen
  const firsts = NETWORKS.flatMap((each) => chosen.find((row) => row.network === each) ?? [])
  return firsts.map((row) => ({ ...row, ...replaced }))
}

function replacements(extras: ScenarioSettings['extras']): Partial<AttackRow> {
  const { identities, subnets, addresses, silent, share, scattered, wait, honest, targeted } =
    extras
  const ids = nth('ids', extras, IDS)
  const answer = nth('answer', extras, ANSWER_NAMES)
  return Object.fromEntries(
    Object.entries({
      identities,
      subnets,
      addresses,
      scattered,
      honest,
      ids,
      answer,
      silent: silent === undefined ? undefined : silent / 100,
      share: share === undefined ? undefined : share / 100,
      afterMinutes: wait,
      isTargeted: targeted === undefined ? undefined : targeted > 0,
    }).filter(([, value]) => value !== undefined),
  )
}

function nth<T>(
  name: string,
  extras: ScenarioSettings['extras'],
  all: readonly T[],
): T | undefined {
  const number = oneOf(
    name,
    extras,
    all.map((_, i) => i + 1),
  )
  return number === undefined ? undefined : all[number - 1]
}

function oneOf(
  name: string,
  extras: ScenarioSettings['extras'],
  allowed: readonly number[],
): number | undefined {
  const value = extras[name]
  if (value === undefined || allowed.includes(value)) return value
  throw argumentError(name, `one of ${allowed.join(', ')}`, value)
}
