// The relay beside the page of a running node, through which a page is a node of its own in the
// same network.

import type { DhtNode } from '@dht/node'
import type { StartRelay } from '@dht/observatory'
import { NETWORKS, type NodeSettings } from '../options/node-options.ts'

/** What a wildcard address is for programs of this machine. */
const LOOPBACKS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }

/**
 * UDP ports of the relay are at the node's own addresses, and pages begin with the node itself and
 * with its bootstrap nodes.
 *
 * @param allow - subnets that pages may reach though they are not public
 */
export async function pageRelay(
  node: DhtNode,
  { network = 'dht256', bootstrap = NETWORKS[network].bootstrap }: NodeSettings,
  allow: readonly string[],
): Promise<StartRelay> {
  const { startRelay } = await import('@dht/relay')
  const addressOf = (wanted: 4 | 6): string | false =>
    node.endpoints.find(({ family }) => family === wanted)?.address ?? false
  const own = node.endpoints.map(({ address, port }) => {
    const place = LOOPBACKS[address] ?? (address.includes(':') ? `[${address}]` : address)
    return `${place}:${port}`
  })
  const options = {
    networks: [NETWORKS[network]],
    bootstrap: { [network]: [...own, ...bootstrap] },
    ipv4: addressOf(4),
    ipv6: addressOf(6),
    allow,
  }
  return (place) => startRelay({ ...place, ...options })
}
