// Makes a whole, frozen configuration from the options that were given: checks them, fills in the
// defaults, and checks that the spans fit together. Nothing else in the core checks options.

import { dht256 } from '@dht/krpc'
import { argumentError, unknownName } from '../../errors.ts'
import { builtInMethods } from '../methods/index.ts'
import { withMethods } from '../methods/with-methods.ts'
import { scheduleDefaults } from '../publishing/schedule-defaults.ts'
import { checkEach } from './checks.ts'
import type { CoreConfig, CoreOptions } from './core-options.ts'
import { CORE_DEFAULTS, contactLimits } from './defaults.ts'
import { checkTimeouts, dependentTimeouts } from './timeouts.ts'

/**
 * Fills in the defaults and checks the result.
 *
 * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` for an unknown name, a value out of range, or
 *   spans with which stored peers could expire while their publisher is alive
 */
export function resolveCoreOptions(options: CoreOptions = {}): CoreConfig {
  if (typeof options !== 'object' || options === null) {
    throw argumentError('options', 'an object', options)
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(CORE_DEFAULTS, name)) throw unknownName(name, Object.keys(CORE_DEFAULTS))
  }
  const given: CoreOptions = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  )
  checkEach(given)
  const { network = dht256, methods = builtInMethods(network) } = given
  const dependent = {
    ...scheduleDefaults({ ...given, network }),
    ...contactLimits(network),
    enforceSecureIds: network.secureIds?.isMandatory === true,
    ...dependentTimeouts(given, CORE_DEFAULTS),
    ...dependentWaits(given),
  }
  const config: CoreConfig = Object.freeze({
    ...CORE_DEFAULTS,
    ...dependent,
    ...given,
    methods: Object.freeze([...methods]),
  })
  if (config.enforceSecureIds && !network.secureIds) {
    const expected = `false in ${network.name}, where ids do not follow addresses`
    throw argumentError('enforceSecureIds', expected, true)
  }
  withMethods(network, methods)
  checkTimeouts(config)
  checkSchedule(config)
  return config
}

/**
 * The longest time that a publishing round can take, ms: a lookup to its deadline, a query that it
 * sent just before that, then all writes at once. Each query may wait for its turn first.
 */
export function longestRoundMs(config: CoreConfig): number {
  return config.lookupDeadlineMs + 2 * (config.paceWaitMs + config.giveUpMs)
}

/** Wait beyond `quietMs` for a query that shows that the node is reached, ms: ours. */
const BEYOND_QUIET_MS = CORE_DEFAULTS.readOnlyAfterMs - CORE_DEFAULTS.quietMs

/** The nodes of an idle network are silent for `quietMs`, which says nothing about their reach. */
function dependentWaits({ quietMs = CORE_DEFAULTS.quietMs }: CoreOptions): {
  readonly readOnlyAfterMs: number
} {
  return { readOnlyAfterMs: quietMs + BEYOND_QUIET_MS }
}

/** Stored peers must be renewed before they expire. */
function checkSchedule(config: CoreConfig): void {
  const { republishMs, republishJitterMs } = config
  if (republishJitterMs >= republishMs) {
    const expected = `less than republishMs (${republishMs} ms)`
    throw argumentError('republishJitterMs', expected, republishJitterMs)
  }
  const renewedWithin = republishMs + republishJitterMs + longestRoundMs(config)
  if (renewedWithin < config.peerLifetimeMs) return
  const parts = 'republishMs + republishJitterMs + lookupDeadlineMs + 2 × (paceWaitMs + giveUpMs)'
  const expected = `more than ${Math.ceil(renewedWithin)} ms, which are ${parts}`
  throw argumentError('peerLifetimeMs', expected, config.peerLifetimeMs)
}
