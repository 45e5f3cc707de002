// A program that closes its node while names are being looked up, and then has nothing more to do.

import { dnsLookup } from '../../../src/adapters/dns-lookup.ts'
import { createNode } from '../../../src/shell/create-node.ts'

const [server] = process.argv.slice(2)
const node = await createNode({
  port: 0,
  ipv4: '127.0.0.1',
  ipv6: false,
  bootstrap: ['one.silent.example:1', 'two.silent.example:1', 'three.silent.example:1'],
  resolver: dnsLookup(4, { servers: [server!], hosts: '/nowhere/hosts' }),
})
// The name server has received the query and does not respond.
await new Promise((resolve) => process.stdin.once('data', resolve))
process.stdin.destroy()
await node.close()
// The awaited objects are released by the end of the next turn of the event loop.
for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
const left = process.getActiveResourcesInfo().filter((name) => !/^(Pipe|TTY)Wrap$/.test(name))
process.stdout.write(`${JSON.stringify(left)}\n`)
