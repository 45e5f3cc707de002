// A relay as a node uses it: the way to others, and the first nodes, of which the relay tells.

import type { Endpoint, Transport } from '@dht/krpc'
import type { DiscoveryHost, DiscoverySource } from '@dht/node/portable'
import { type RelayTransportOptions, resolveTransportOptions } from './options.ts'
import { RelayTransport } from './relay-transport.ts'

/** Of one node. */
export interface RelayClient {
  /** For the option `transports`. */
  readonly transport: () => Transport
  /** For the option `discovery`: tells the node of those that the relay tells of. */
  readonly discovery: DiscoverySource
}

/**
 * Connects one node with a relay: `createNode({ transports: [relay.transport], discovery:
 * [relay.discovery] })`.
 *
 * @throws {RelayError} `ERR_DHT_RELAY_OPTION` for options that can't be used
 */
export function relayClient(options: RelayTransportOptions): RelayClient {
  const config = resolveTransportOptions(options)
  const nodes = new ToldNodes(`relay ${new URL(config.url).host}`)
  return {
    transport: () => new RelayTransport(config, (told) => nodes.tell(told)),
    discovery: nodes,
  }
}

class ToldNodes implements DiscoverySource {
  readonly name: string
  #host: DiscoveryHost | undefined
  /** The last that were told: the first time before the node starts its sources. */
  #last: readonly Endpoint[] = []

  constructor(name: string) {
    this.name = name
  }

  start(host: DiscoveryHost): void {
    this.#host = host
    this.tell(this.#last)
  }

  close(): void {
    this.#host = undefined
  }

  tell(nodes: readonly Endpoint[]): void {
    this.#last = nodes
    for (const node of nodes) this.#host?.found(node)
  }
}
