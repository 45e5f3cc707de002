// A small network on this machine, a relay, and the page that joins it.

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createNode, type DhtNode, formatEndpoint } from '@dht/node'
import { startRelay } from '@dht/relay'
import { pageServer } from './page-server.ts'

/** Nodes with UDP: enough for a table with several buckets. */
const NODES = 20

export interface Example extends AsyncDisposable {
  /** The address of the page. */
  readonly url: string
  /** The nodes with UDP. */
  readonly nodes: readonly DhtNode[]
}

export interface ExampleOptions {
  /** TCP port of the page and of the relay behind it; 0: any. */
  readonly port: number
  /** Where the built page is. */
  readonly folder?: URL
}

export async function startExample({
  port,
  folder = new URL('./', import.meta.url),
}: ExampleOptions): Promise<Example> {
  const nodes = await smallNetwork()
  const secret = randomBytes(16).toString('hex')
  const pages = pageServer(folder, secret)
  pages.listen(port, '127.0.0.1')
  await once(pages, 'listening')
  const origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`
  const relay = await startRelay({
    server: pages,
    secret,
    origins: [origin],
    bootstrap: { dht256: nodes.slice(0, 3).flatMap((node) => node.endpoints.map(formatEndpoint)) },
    allow: ['127.0.0.0/8'],
    ipv4: '127.0.0.1',
    ipv6: false,
  })
  return {
    url: origin,
    nodes,
    async [Symbol.asyncDispose]() {
      await relay.close()
      pages.close()
      pages.closeAllConnections()
      await Promise.all(nodes.map((node) => node.close()))
    },
  }
}

async function smallNetwork(): Promise<DhtNode[]> {
  const here = { port: 0, ipv4: '127.0.0.1', ipv6: false } as const
  const nodes = [await createNode({ ...here, bootstrap: [] })]
  while (nodes.length < NODES) {
    const node = await createNode({ ...here, bootstrap: nodes[0]!.endpoints })
    await node.joined()
    nodes.push(node)
  }
  return nodes
}
