// A small network whose nodes speak over WebSockets and have no UDP socket at all. One of them
// enters an identity; another, which knows one contact, finds it. Nothing of the node was changed
// for it.

import { contentId, idToHex } from '@dht/id'
import { formatEndpoint } from '@dht/krpc'
import { createNode, type DhtNode } from '@dht/node'
import { webSocketTransport } from './web-socket-transport.ts'

const NODES = 12
const SERVICE_PORT = 8080

/** @param say - takes one line */
export async function run(say: (line: string) => void): Promise<void> {
  const nodes: DhtNode[] = []
  try {
    while (nodes.length < NODES) nodes.push(await newNode(nodes[0]))
    say(`${NODES} nodes listen on WebSockets, the first one on ws://${placeOf(nodes[0])}`)

    const identity = contentId(Uint8Array.from('a service of ours', (c) => c.charCodeAt(0)))
    const report = await nodes[1]?.enter(identity, SERVICE_PORT)
    say(`entered  ${idToHex(identity).slice(0, 16)}… for port ${SERVICE_PORT}`)
    const holders = report?.accepted.length ?? 0
    say(`         ${holders} ${holders === 1 ? 'node stores' : 'nodes store'} the announcement`)

    const found = await nodes.at(-1)?.lookup(identity)
    const { queried = 0, responded = 0 } = found?.tally ?? {}
    say(`found    ${found?.endpoints.map(formatEndpoint).join(', ')}`)
    say(`         ${queried} questions, ${responded} answered, each one binary message`)
  } finally {
    await Promise.all(nodes.map((node) => node.close()))
  }
}

async function newNode(known: DhtNode | undefined): Promise<DhtNode> {
  const node = await createNode({
    transports: [() => webSocketTransport()],
    bootstrap: known?.endpoints ?? [],
  })
  await node.joined()
  return node
}

function placeOf(node: DhtNode | undefined): string {
  return node?.endpoints.map(formatEndpoint).join() ?? ''
}
