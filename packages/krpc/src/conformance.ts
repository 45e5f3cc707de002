// The entry point @dht/krpc/conformance: the promises of the transport port, each with a check.

export {
  TRANSPORT_PROMISES,
  type TransportBench,
  type TransportPromise,
} from './transport/conformance.ts'
