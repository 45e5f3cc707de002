// The port through which datagrams come and go. UDP is one adapter of it (udp.ts); a simulated
// network or a sealed one is another. Whoever drives a node sees batches, so that a transport which
// moves many datagrams at once can do so; one at a time is the simple case.

import type { Endpoint, Family } from '../address/endpoint.ts'

/** Bytes with the endpoint on the other side: whom they come from, or whom they go to. */
export interface Datagram {
  readonly bytes: Uint8Array
  readonly endpoint: Endpoint
}

/** What a transport tells its owner. Never called before `start`, nor after `close` was called. */
export interface TransportHandlers {
  /** Datagrams that arrived, oldest first; at least one. The bytes are the receiver's to keep. */
  received(batch: readonly Datagram[]): void
  /** A datagram could not be sent; `code` is the system's, such as `ENETUNREACH`. */
  sendFailed(to: Endpoint, code: string): void
  /** The transport is broken for good: nothing else is told after this, and it is to be closed. */
  failed(error: Error): void
}

/** A way to exchange datagrams with the nodes of one address family. */
export interface Transport {
  readonly family: Family
  /** Begins to receive. Called once. Fulfils with the local endpoint, rejects if there is none. */
  start(handlers: TransportHandlers): Promise<Endpoint>
  /**
   * Sends datagrams, in order, best effort. Before `start` and after `close` they are dropped. Of
   * each the transport reads `bytes` and `endpoint`, before it returns: a datagram may be an object
   * that makes its bytes when they are read, and no copy of it has them.
   */
  send(batch: readonly Datagram[]): void
  /** Ends everything. May be called at any time and any number of times. */
  close(): Promise<void>
}
