// Completes the settings of a scenario with its defaults, and checks them as a whole.

import { argumentError, checkNames } from '../errors.ts'
import { latencyNamed } from '../network/latency/latencies.ts'
import type { Scenario, ScenarioSettings } from './scenario.ts'

/** Maximum number of nodes of one world. Our choice: about 100 GiB of memory. */
const MAX_NODES = 1_000_000

/** @throws {SimError} `ERR_DHT_SIM_ARGUMENT` for a value out of range or an unknown extra */
export function resolveSettings(
  { defaults, leastNodes }: Pick<Scenario, 'defaults' | 'leastNodes'>,
  given: Partial<ScenarioSettings> = {},
): ScenarioSettings {
  const extras = { ...defaults.extras, ...given.extras }
  const { nodes, hours, seed, encoded = true, latency } = { ...defaults, ...given }
  if (!Number.isInteger(nodes) || nodes < leastNodes || nodes > MAX_NODES) {
    throw argumentError('nodes', `a whole number from ${leastNodes} to ${MAX_NODES}`, nodes)
  }
  if (!Number.isFinite(hours) || hours < 0) {
    throw argumentError('hours', 'a number of at least 0', hours)
  }
  if (latency !== undefined) latencyNamed(latency)
  checkNames(extras, Object.keys(defaults.extras), 'extra')
  for (const [name, value] of Object.entries(extras)) {
    if (value !== undefined && !(Number.isFinite(value) && value >= 0)) {
      throw argumentError(name, 'a number of at least 0', value)
    }
  }
  return Object.freeze({
    nodes,
    hours,
    seed,
    encoded,
    ...(latency !== undefined && { latency }),
    extras: Object.freeze(extras),
  })
}
