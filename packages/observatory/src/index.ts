// The exports of @dht/observatory: the server of the page. The messages to observers and recordings
// are in @dht/observatory/recording, for any platform.

export { ObservatoryError, type ObservatoryErrorCode } from './errors.ts'
export type { ObservableNode } from './node/observable-node.ts'
export { type Observatory, observe } from './observe.ts'
export { OBSERVE_DEFAULTS, type ObserveConfig, type ObserveOptions } from './options.ts'
export type { RelayPlace, StartRelay } from './server/page-relay.ts'
