// The exports of @dht/relay/transport: the transport through a relay, for any JavaScript runtime.

export type { RelayTransportOptions } from './client/options.ts'
export { type RelayClient, relayClient } from './client/relay-client.ts'
export type { RelaySocketClass } from './client/relay-socket.ts'
export { relayTransport } from './client/relay-transport.ts'
export { RelayError, type RelayErrorCode } from './errors.ts'
