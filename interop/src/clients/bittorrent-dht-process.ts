// Nodes of npm's bittorrent-dht, the DHT of WebTorrent.

import { Client } from 'bittorrent-dht'
import { endpointText } from '../network/addresses.ts'
import { serve } from '../process/serve.ts'
import type { NodePlace } from './node-client.ts'

interface Of {
  readonly node: number
}

interface OfInfohash extends Of {
  readonly infohash: string
}

const nodes: { readonly dht: Client; readonly port: number }[] = []

function nodeOf({ node }: Of): (typeof nodes)[0] {
  return nodes[node] as (typeof nodes)[0]
}

async function add({ addresses, port, bootstrap }: NodePlace): Promise<number> {
  const dht = new Client({ bootstrap: bootstrap.length > 0 ? bootstrap : false })
  dht.on('error', (error) => {
    throw error
  })
  await new Promise<void>((resolve) => dht.listen(port, addresses[0], resolve))
  return nodes.push({ dht, port }) - 1
}

function contacts(of: Of): number {
  return nodeOf(of).dht.nodes.count()
}

function announce(order: OfInfohash): Promise<void> {
  const { dht, port } = nodeOf(order)
  return new Promise((resolve, reject) => {
    dht.announce(order.infohash, port, (error) => (error ? reject(error) : resolve()))
  })
}

async function find(order: OfInfohash): Promise<string[]> {
  const { dht } = nodeOf(order)
  const found = new Set<string>()
  const collect = ({ host, port }: { host: string; port: number }, infohash: Uint8Array): void => {
    if (Buffer.from(infohash).toString('hex') === order.infohash) {
      found.add(endpointText(host, port))
    }
  }
  dht.on('peer', collect)
  await new Promise<void>((resolve) => dht.lookup(order.infohash, () => resolve()))
  dht.off('peer', collect)
  return [...found].toSorted()
}

serve({ add, contacts, announce, find })
