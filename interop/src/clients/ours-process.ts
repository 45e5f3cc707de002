// Nodes of `@dht/node` in the Mainline network, with their defaults.

import { createNode, type DhtNode, formatEndpoint, mainline } from '@dht/node'
import { serve } from '../process/serve.ts'
import type { NodePlace } from './node-client.ts'

interface Of {
  readonly node: number
}

interface OfInfohash extends Of {
  readonly infohash: string
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

/** Whether it has joined with an id that its address allows. */
function isSettled(of: Of): boolean {
  const { overlays } = nodeOf(of).info()
  return overlays.every(({ joined, isIdSecure }) => joined && isIdSecure === true)
}

async function announce(order: OfInfohash & { seed?: boolean }): Promise<string[]> {
  const node = nodeOf(order)
  const port = node.endpoints[0]?.port as number
  const { accepted } = await node.announce(order.infohash, { port, seed: order.seed ?? false })
  return accepted.map(formatEndpoint)
}

async function find(order: OfInfohash): Promise<string[]> {
  const { endpoints } = await nodeOf(order).getPeers(order.infohash, { mode: 'all' })
  return endpoints.map(formatEndpoint)
}

async function idOf(order: Of & { endpoint: string }): Promise<string> {
  return (await nodeOf(order).ping(order.endpoint)).id
}

/** Whether another node stores an announcement of `of`. */
async function isStored(order: OfInfohash & { at: string; of: string }): Promise<boolean> {
  const { endpoints } = await nodeOf(order).findValue(order.at, order.infohash)
  return endpoints.map(formatEndpoint).includes(order.of)
}

serve({ add, contacts, isSettled, announce, find, idOf, isStored })
