// Nodes without UDP behind a relay, and nodes with it: one network.

import { dht256, formatEndpoint, mainline } from '@dht/krpc'
import { createNode, type DhtNode } from '@dht/node'
import { createNode as createPortableNode } from '@dht/node/portable'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { relayClient } from '../../src/client/relay-client.ts'
import { relayTransport } from '../../src/client/relay-transport.ts'
import type { Relay } from '../../src/server/relay.ts'
import { relayOf } from '../support/lab.ts'

async function kept(node: Promise<DhtNode>): Promise<DhtNode> {
  const made = await node
  onTestFinished(() => made.close())
  return made
}

function pageOf(relay: Relay, options: object): Promise<DhtNode> {
  const { network = dht256 } = options as { network?: typeof dht256 }
  const url = relay.url!
  const transports = [() => relayTransport({ url, network, webSocket: WebSocket })]
  return kept(createPortableNode({ transports, onWarning: false, ...options }))
}

const here = { port: 0, ipv4: '127.0.0.1', ipv6: false } as const

describe.each([dht256, mainline])('in $name', (network) => {
  const id = 'ab'.repeat(network.idLength)

  it('find one another, and a page that enters its own port is found there', async () => {
    const relay = await relayOf({ networks: [network] })
    const first = await kept(createNode({ ...here, network, bootstrap: [] }))
    const common = { network, bootstrap: first.endpoints }
    const nodes = await Promise.all([1, 2, 3].map(() => kept(createNode({ ...here, ...common }))))
    const pages = await Promise.all([1, 2].map(() => pageOf(relay, common)))
    await Promise.all([...nodes, ...pages].map((node) => node.joined()))
    const [page, other] = pages as [DhtNode, DhtNode]
    const [own] = page.endpoints
    await page.enter(id, own!.port)
    expect((await nodes[0]!.lookup(id)).endpoints).toEqual([own])
    expect((await other.lookup(id)).endpoints).toEqual([own])
    await nodes[1]!.enter(id, 8_080)
    expect((await other.lookup(id)).endpoints).toHaveLength(2)
    expect((await nodes[2]!.ping(own!)).id).toBe(page.id)
  })
})

it('a page that knows the relay alone joins by the nodes that the relay tells of', async () => {
  const first = await kept(createNode({ ...here, bootstrap: [] }))
  const second = await kept(createNode({ ...here, bootstrap: first.endpoints }))
  await second.joined()
  const bootstrap = { dht256: first.endpoints.map(formatEndpoint) }
  // Only what it tells of may be reached.
  const closed = await relayOf({ bootstrap, allow: [] })
  const page = await pageOn(closed)
  await vi.waitFor(() => expect(page.contacts().map(({ id }) => id)).toEqual([first.id]), 10_000)
  await vi.waitFor(() => expect(closed.info().counters.forbidden).toBeGreaterThan(0), 10_000)
  const open = await pageOn(await relayOf({ bootstrap }))
  await vi.waitFor(() => expect(open.contacts().length).toBe(2), 10_000)
})

function pageOn(relay: Relay): Promise<DhtNode> {
  const { transport, discovery } = relayClient({ url: relay.url!, webSocket: WebSocket })
  const options = { transports: [transport], discovery: [discovery], bootstrap: [] }
  return kept(createPortableNode({ ...options, onWarning: false }))
}

it('a relay that dies and comes back gives a page another port, and the page goes on', async () => {
  const id = 'cd'.repeat(32)
  const relay = await relayOf()
  const port = Number(new URL(relay.url!).port)
  const first = await kept(createNode({ ...here, bootstrap: [] }))
  const page = await pageOf(relay, { bootstrap: first.endpoints })
  await page.joined()
  const kinds: string[] = []
  void (async () => {
    for await (const { kind } of page.events()) kinds.push(kind)
  })()
  await relay.close()
  await vi.waitFor(() => expect(kinds).toContain('transport-lost'))
  expect(page.info().overlays[0]?.isOpen).toBe(false)
  await relayOf({ port })
  await vi.waitFor(() => expect(kinds).toContain('transport-reopened'), 10_000)
  await page.enter(id, page.endpoints[0]!.port)
  expect((await first.lookup(id)).endpoints).toEqual(page.endpoints)
})
