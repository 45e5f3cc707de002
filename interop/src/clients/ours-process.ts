// Nodes of `@dht/node` in the Mainline network, with their defaults.

import { createNode, type DhtNode, formatEndpoint, mainline } from '@dht/node'
import { serve } from '../process/serve.ts'
import type { NodePlace } from './node-client.ts'

interface Of {
  readonly node: number
}

const nodes: DhtNode[] = []

function nodeOf({ node }: Of): DhtNode {
  return nodes[node] as DhtNode
}

async function add({ addresses, port, bootstrap, settings }: NodePlace): Promise<number> {
  const node = await createNode({
    network: mainline,
    port,
    ipv4: addresses.find((address) => !address.includes(':')) ?? false,
    ipv6: addresses.find((address) => address.includes(':')) ?? false,
    bootstrap,
    ...settings,
  })
  return nodes.push(node) - 1
}

function contacts(of: Of): number {
  const { overlays } = nodeOf(of).info()
  return overlays.reduce((sum, { contacts: { good } }) => sum + good, 0)
}

async function announce(order: Of & { infohash: string; seed?: boolean }): Promise<string[]> {
  const node = nodeOf(order)
  const port = node.endpoints[0]?.port as number
  const { accepted } = await node.announce(order.infohash, { port, seed: order.seed ?? false })
  return accepted.map(formatEndpoint)
}

async function find(order: Of & { infohash: string }): Promise<string[]> {
  const { endpoints } = await nodeOf(order).getPeers(order.infohash, { mode: 'all' })
  return endpoints.map(formatEndpoint)
}

serve({ add, contacts, announce, find })
