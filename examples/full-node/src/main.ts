// A node that runs until Ctrl-C, keeps its state in a file, and prints what happens. Its arguments
// are bootstrap nodes.

import { createNode, formatEndpoint } from '@dht/node'

const port = Number(process.env['DHT_PORT'] ?? 3739)
const node = await createNode({ port, bootstrap: process.argv.slice(2), state: 'node.state' })
process.once('SIGINT', () => void node.close())
console.log(`node ${node.id} at ${node.endpoints.map(formatEndpoint).join(' and ')}`)
for await (const event of node.events()) console.log(event.kind)
