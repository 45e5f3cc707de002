// The entry point @dht/krpc/udp: the UDP transport, with its options and the error of a socket that
// the system refuses. It needs Node's dgram, which Deno and Bun have as well.

export { BindError } from './errors.ts'
export { UDP_DEFAULTS, type UdpOptions } from './udp/udp-options.ts'
export { udpTransport } from './udp/udp-transport.ts'
