// The promises of a transport, checked on the one over WebSockets with real sockets on loopback.

import { once } from 'node:events'
import { type Datagram, type Endpoint, endpoint, formatEndpoint, type Transport } from '@dht/krpc'
import { TRANSPORT_PROMISES } from '@dht/krpc/conformance'
import { expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { webSocketTransport } from '../src/web-socket-transport.ts'

interface Party {
  readonly transport: Transport
  readonly local: Endpoint
  readonly received: Datagram[]
  readonly failed: [Endpoint, string][]
  send(to: Endpoint, ...bytes: number[]): void
}

async function party(transport: Transport = webSocketTransport()): Promise<Party> {
  const received: Datagram[] = []
  const failed: [Endpoint, string][] = []
  onTestFinished(() => transport.close())
  const local = await transport.start({
    received: (batch) => void received.push(...batch),
    sendFailed: (to, code) => void failed.push([to, code]),
    failed: (error) => {
      throw error
    },
  })
  const send = (to: Endpoint, ...bytes: number[]): void => {
    transport.send([{ bytes: Uint8Array.from(bytes), endpoint: to }])
  }
  return { transport, local, received, failed, send }
}

/** A client that sends what the test tells it to. */
async function rawClient(to: Endpoint): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${formatEndpoint(to)}`)
  onTestFinished(() => socket.terminate())
  await once(socket, 'open')
  return socket
}

it.each(TRANSPORT_PROMISES)('keeps the promise of every transport: $says', ({ check }) =>
  check({
    make: () => webSocketTransport({ address: '127.0.0.1' }),
    settle: () => new Promise((resolve) => setTimeout(resolve, 100)),
  }),
)

it.each(['127.0.0.1', '::1'])('carries datagrams both ways, in order, on %s', async (address) => {
  const a = await party(webSocketTransport({ address }))
  const b = await party(webSocketTransport({ address }))
  for (let i = 0; i < 20; i++) a.send(b.local, i)
  await vi.waitFor(() => expect(b.received).toHaveLength(20))
  expect(b.received.map(({ bytes }) => bytes[0])).toEqual(Array.from({ length: 20 }, (_, i) => i))
  // The sender is identified by where it listens, whatever port its connection came from.
  expect(
    b.received.every(({ endpoint }) => formatEndpoint(endpoint) === formatEndpoint(a.local)),
  ).toBe(true)
  expect(b.received.every(({ bytes }) => bytes.constructor === Uint8Array)).toBe(true)

  b.send(b.received[0]?.endpoint ?? b.local, 99)
  await vi.waitFor(() => expect(a.received).toHaveLength(1))
  expect(a.received[0]).toEqual({ bytes: Uint8Array.of(99), endpoint: b.local })
})

it('reports a failure once, and not within send', async () => {
  const a = await party()
  const gone = await party()
  await gone.transport.close()
  a.send(gone.local, 1)
  a.send(gone.local, 2)
  expect(a.failed).toEqual([])
  await vi.waitFor(() => expect(a.failed).toEqual([[gone.local, 'ECONNREFUSED']]))
})

it('connects again after a connection was lost', async () => {
  const a = await party()
  const b = await party()
  a.send(b.local, 1)
  await vi.waitFor(() => expect(b.received).toHaveLength(1))
  await b.transport.close()
  const again = await party(webSocketTransport({ port: b.local.port }))
  await vi.waitFor(() => {
    a.send(again.local, 2)
    expect(again.received.length).toBeGreaterThan(0)
  })
})

it('never replies on a connection that was made to it', async () => {
  const a = await party()
  const b = await party()
  // A client claims to listen where b does; the reply of a goes to b, never to the client.
  const liar = await rawClient(a.local)
  const heard: unknown[] = []
  liar.on('message', (data) => heard.push(data))
  liar.send(Uint8Array.of(b.local.port >> 8, b.local.port & 0xff))
  liar.send(Uint8Array.of(7))
  await vi.waitFor(() => expect(a.received).toHaveLength(1))
  a.send(a.received[0]?.endpoint ?? a.local, 8)
  await vi.waitFor(() => expect(b.received).toHaveLength(1))
  expect(heard).toEqual([])
})

it.each([
  ['a text', 'hello'],
  ['a hello of the wrong length', Uint8Array.of(1, 2, 3)],
  ['port 0', Uint8Array.of(0, 0)],
])('closes a connection that begins with %s', async (_name, first) => {
  const a = await party()
  const client = await rawClient(a.local)
  client.send(first)
  await once(client, 'close')
  expect(a.received).toEqual([])
})

it('closes a connection that sends more than a datagram can hold', async () => {
  const a = await party()
  const client = await rawClient(a.local)
  client.on('error', () => {})
  client.send(Uint8Array.of(1, 2))
  client.send(new Uint8Array(1_500))
  client.send(new Uint8Array(1_501))
  await once(client, 'close')
  expect(a.received.map(({ bytes }) => bytes.length)).toEqual([1_500])
})

it('keeps a bounded number of connections each way', async () => {
  const hub = await party(webSocketTransport({ maxConnections: 2 }))
  const others = await Promise.all([party(), party(), party(), party()])
  for (const other of others) hub.send(other.local, 1)
  for (const other of others.slice(2)) {
    await vi.waitFor(() => expect(other.received).toHaveLength(1))
  }
  // The first two were closed for the last two before they were open.
  expect(others.slice(0, 2).map(({ received }) => received.length)).toEqual([0, 0])

  const clients = [await rawClient(hub.local), await rawClient(hub.local)]
  const closed = once(clients[0] as WebSocket, 'close')
  await rawClient(hub.local)
  await closed
  expect(clients[1]?.readyState).toBe(WebSocket.OPEN)
})

it('rejects when its port is in use, and can be closed at any time', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as { readonly port: number }
  const late = webSocketTransport({ port })
  const handlers = { received: () => {}, sendFailed: () => {}, failed: () => {} }
  await expect(late.start(handlers)).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await late.close()

  const never = webSocketTransport()
  never.send([{ bytes: Uint8Array.of(1), endpoint: endpoint('127.0.0.1', port) }])
  await never.close()
  await never.close()
})

it('reports nothing after it is closed', async () => {
  const a = await party()
  const b = await party()
  a.send(b.local, 1)
  await a.transport.close()
  a.send(b.local, 2)
  await b.transport.close()
  expect(a.failed).toEqual([])
  expect(b.received.length).toBeLessThanOrEqual(1)
})
