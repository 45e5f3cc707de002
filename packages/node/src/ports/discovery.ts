// A source of nodes: something that finds endpoints of the network while the node runs, such as the
// local network, a DNS seed, or the `nodes` of a torrent.

import type { Endpoint } from '@dht/krpc'

/** The node that a source finds others for. */
export interface DiscoveryHost {
  /** The node's id when the source is started, in lower-case hex. */
  readonly id: string
  /** The name of its network, for instance `dht256`. */
  readonly network: string
  /** The endpoints that its sockets are bound to. */
  readonly endpoints: readonly Endpoint[]
  /**
   * Tells the node of an endpoint: `1.2.3.4:5`, `[::1]:5`, or an object with `address` and `port`.
   * Never throws. The node queries it at once. It drops and counts what is no endpoint of another
   * node, and what exceeds {@link MAX_FOUND_PER_MINUTE}.
   */
  found(endpoint: string | { readonly address: string; readonly port: number }): void
  /** Tells the user of the node about a problem, in one line. The same message is told once. */
  warn(message: string, cause?: unknown): void
}

/** Endpoints that a node believes of one source in any minute: ours. */
export const MAX_FOUND_PER_MINUTE = 32

/** One source serves one node. */
export interface DiscoverySource {
  /** For people, in warnings and in `info`. */
  readonly name: string
  /**
   * Begins to find endpoints. Called once, when the sockets are open. The node does not wait for
   * it. What it throws, or rejects with, becomes a warning, and the node goes on without it.
   */
  start(host: DiscoveryHost): void | Promise<void>
  /**
   * Ends everything that `start` began, also while `start` is under way and after it has failed.
   * Called once. The node waits for it when it is closed, for 2 s at most.
   */
  close(): void | Promise<void>
}

/** What became of the endpoints that a source found, since the start of the node. */
export interface DiscoveryInfo {
  readonly name: string
  /** Endpoints that the node queried. */
  readonly believed: number
  /** Endpoints dropped, because the source found too many within a minute. */
  readonly dropped: number
  /** Not the endpoint of another node in an address family of this one. */
  readonly refused: number
}
