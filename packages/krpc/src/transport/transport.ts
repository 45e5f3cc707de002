// The port through which datagrams come and go. UDP is one adapter of it (udp.ts); a simulated
// network is another. Datagrams come and go in batches, so that a transport that moves many at once
// can do so; a batch of one is the simple case.

import type { Endpoint, Family } from '../address/endpoint.ts'

/** Bytes with the endpoint on the other side: the source of what arrived, or the destination. */
export interface Datagram {
  readonly bytes: Uint8Array
  readonly endpoint: Endpoint
}

/** What a transport tells its owner. Never called before `start`, nor after `close` was called. */
export interface TransportHandlers {
  /**
   * Datagrams that arrived, oldest first, at least one. `bytes` is a plain `Uint8Array` that may be
   * a view of a larger buffer. It is valid only until this returns: copy what you keep. `endpoint`
   * is canonical and may be kept. Send a reply to it, or to an equal endpoint, before this returns
   * if possible.
   */
  received(batch: readonly Datagram[]): void
  /** A datagram could not be sent; `code` is the system's, such as `ENETUNREACH`. */
  sendFailed(to: Endpoint, code: string): void
  /** The transport is broken for good: nothing else is told after this, and it is to be closed. */
  failed(error: Error): void
}

/**
 * A way to exchange datagrams with the nodes of one address family. `@dht/krpc/conformance` has a
 * check of each promise that can be checked from outside.
 */
export interface Transport {
  readonly family: Family
  /**
   * Begins to receive. Called once, and not after `close`. Fulfils with the local endpoint, rejects
   * if there is none.
   */
  start(handlers: TransportHandlers): Promise<Endpoint>
  /**
   * Sends datagrams, in order, best effort; never throws. Before `start` and after `close` they are
   * dropped. `bytes` may be computed on first read, so the transport reads `bytes` and `endpoint`
   * of each datagram before it returns. The bytes do not change afterwards. All replies to a batch
   * that was received are sent in one call.
   */
  send(batch: readonly Datagram[]): void
  /** Ends everything. May be called at any time and any number of times. */
  close(): Promise<void>
}
