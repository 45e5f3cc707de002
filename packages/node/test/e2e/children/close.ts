// A program that closes its nodes while calls are open and then has nothing more to do.

import { createNode } from '../../../src/shell/create-node.ts'

const ID = 'ab'.repeat(32)
const here = { port: 0, ipv4: '127.0.0.1', ipv6: false } as const

const alice = await createNode({ ...here, state: process.argv[2]! })
const bob = await createNode({ ...here, bootstrap: [...alice.endpoints, '127.0.0.1:9'] })
const { signal } = new AbortController()

void bob.lookup(ID, { signal })
void bob.enter(ID, 80)
void bob.closest(ID, { signal }).catch(() => {})
void bob.ping('127.0.0.1:9').catch(() => {})
void bob.joined().catch(() => {})
const events = bob.events()
const next = events.next()
await bob.joined()
void bob.lookup(ID)
await Promise.all([alice.close(), bob.close(), bob.close()])
await next
// The awaited objects are released by the end of the event loop's turn.
await new Promise((resolve) => setImmediate(resolve))
const left = process.getActiveResourcesInfo().filter((name) => !/^(Pipe|TTY)Wrap$/.test(name))
process.stdout.write(`${JSON.stringify(left)}\n`)
