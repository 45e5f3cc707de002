// A service with a node that is told no address: it finds others by `@dht/lan` alone.

import { lan } from '@dht/lan'
import { createNode, type DhtNode, type DiscoveryInfo, formatEndpoint, mainline } from '@dht/node'
import { serve } from '../process/serve.ts'

const nodes: DhtNode[] = []

interface Of {
  readonly node: number
}

function nodeOf({ node }: Of): DhtNode {
  return nodes[node] as DhtNode
}

async function add({ network }: { readonly network: string }): Promise<number> {
  const isMainline = network === 'mainline'
  const node = await createNode({
    ...(isMainline && { network: mainline }),
    port: 0,
    ipv6: false,
    bootstrap: [],
    discovery: [lan()],
  })
  return nodes.push(node) - 1
}

async function enter({ id, port, ...of }: Of & { id: string; port: number }): Promise<string[]> {
  const { accepted } = await nodeOf(of).enter(id, port)
  return accepted.map(formatEndpoint)
}

async function find({ id, ...of }: Of & { id: string }): Promise<string[]> {
  const { endpoints } = await nodeOf(of).lookup(id)
  return endpoints.map(formatEndpoint)
}

/** How many nodes responded, and what became of what was found. */
function standing(of: Of): { good: number; discovery: DiscoveryInfo | undefined; rss: number } {
  const { overlays, discovery } = nodeOf(of).info()
  const good = overlays.reduce((sum, { contacts }) => sum + contacts.good, 0)
  return { good, discovery: discovery[0], rss: process.memoryUsage.rss() }
}

async function close(of: Of): Promise<void> {
  await nodeOf(of).close()
}

serve({ add, close, enter, find, standing })
