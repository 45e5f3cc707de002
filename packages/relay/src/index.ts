// The exports of @dht/relay: the relay, for Node. The transport of its clients is in
// @dht/relay/transport.

export { RelayError, type RelayErrorCode } from './errors.ts'
export type { RelayCounters } from './server/counters.ts'
export { RELAY_DEFAULTS, type RelayLimits, type RelayOptions } from './server/options.ts'
export { type Relay, type RelayInfo, startRelay } from './server/relay.ts'
