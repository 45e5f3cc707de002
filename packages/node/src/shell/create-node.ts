// Makes a node on Node, Deno or Bun: with UDP, DNS and files.

import { nodePlatform } from '../adapters/node-platform.ts'
import type { DhtNode } from './dht-node.ts'
import type { NodeOptions } from './options.ts'
import { startNode } from './start-node.ts'

/**
 * Makes a node and opens its sockets. Resolves as soon as the node can be used, whether or not a
 * bootstrap node is reachable. The node then joins the network by itself; {@link DhtNode.joined}
 * resolves when it has.
 *
 * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` for options that can't be used, also for items of
 *   the bootstrap list, and for a `state` that is no saved state of this network;
 *   `ERR_DHT_NODE_STATE` when the state can't be read or written; `ERR_DHT_NODE_STATE_IN_USE` when
 *   another node uses it
 * @throws {BindError} `ERR_DHT_KRPC_BIND` when a socket can't be opened, for instance because its
 *   port is in use; nothing is left open then
 * @throws the reason of `options.signal`, when it is aborted before the node is made; the state can
 *   be used again then, unless its storage takes longer than 5 s to be released
 */
export function createNode(options: NodeOptions = {}): Promise<DhtNode> {
  return startNode(options, nodePlatform)
}
