// The exports of @dht/observatory: the server of the page. The messages to observers and recordings
// are in @dht/observatory/recording, for any platform.

export { ObservatoryError, type ObservatoryErrorCode } from './errors.ts'
export { type Observatory, observe } from './observe.ts'
export { OBSERVE_DEFAULTS, type ObserveConfig, type ObserveOptions } from './options.ts'
export type { ObservableNode } from './server/observable-node.ts'
