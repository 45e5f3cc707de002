// Relays that are not there, go, fall silent, or say what no relay says. A transport then rejects,
// or fails once; what it reads never makes it throw.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { endpoint } from '@dht/krpc'
import { expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { relayTransport } from '../../src/client/relay-transport.ts'
import { writeDatagram } from '../../src/protocol/frame.ts'
import { writeWelcome } from '../../src/protocol/hello.ts'
import { partyOf, pass, pingOf, relayOf, transportOf } from '../support/lab.ts'

const LOCAL = endpoint('127.0.0.1', 4_000)
const LOST = { code: 'ERR_DHT_RELAY_LOST' }

/** A relay that does what the test tells it to, as soon as a client has said hello. */
async function fakeRelay(answer: (socket: WebSocket) => void): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  server.on('connection', (socket) => socket.once('message', () => answer(socket)))
  await once(server, 'listening')
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const transportTo = (url: string, openMs = 5_000) =>
  relayTransport({ url, openMs, webSocket: WebSocket })

it('none there: start rejects', async () => {
  const relay = await relayOf()
  const transport = transportOf(relay)
  await relay.close()
  await expect(partyOf(transport)).rejects.toMatchObject(LOST)
})

it('one that does not answer: start rejects in time', async () => {
  const url = await fakeRelay(() => {})
  await expect(partyOf(transportTo(url, 200))).rejects.toMatchObject(LOST)
})

it.each(['', 'null', '{"welcome":1}', '{"welcome":{"address":"::1","port":1,"aliveEveryMs":1}}'])(
  'one that answers %j is waited for no longer than one that does not',
  async (text) => {
    const url = await fakeRelay((socket) => socket.send(text))
    await expect(partyOf(transportTo(url, 200))).rejects.toMatchObject(LOST)
  },
)

it('one that ends the start: it rejects, and close has nothing left to do', async () => {
  const url = await fakeRelay((socket) => socket.terminate())
  const transport = transportTo(url)
  await expect(partyOf(transport)).rejects.toMatchObject(LOST)
  await transport.close()
})

it('garbage after the welcome is ignored', async () => {
  const url = await fakeRelay((socket) => {
    socket.send(writeWelcome({ local: LOCAL, nodes: [], aliveEveryMs: 1_000 }))
    for (const text of ['', '{', '{"welcome":{}}']) socket.send(text)
    for (let size = 0; size < 20; size++) socket.send(new Uint8Array(size).fill(size))
    socket.send(writeDatagram({ bytes: pingOf(), endpoint: endpoint('::1', 1) }))
    socket.send(writeDatagram({ bytes: pingOf(), endpoint: LOCAL }))
  })
  const { received, failed, losses } = await partyOf(transportTo(url))
  await vi.waitFor(() => expect(received).toEqual([{ bytes: pingOf(), endpoint: LOCAL }]))
  expect([failed, losses]).toEqual([[], []])
})

it('one that goes: the transport fails once', async () => {
  const relay = await relayOf()
  const party = await partyOf(transportOf(relay))
  await relay.close()
  await vi.waitFor(() => expect(party.losses).toMatchObject([LOST]))
  party.send(LOCAL, pingOf())
  await party.transport.close()
  expect(party.losses).toHaveLength(1)
})

it('one that falls silent: the transport fails', async () => {
  const url = await fakeRelay((socket) => {
    socket.send(writeWelcome({ local: LOCAL, nodes: [], aliveEveryMs: 50 }))
  })
  const party = await partyOf(transportTo(url))
  await vi.waitFor(() => expect(party.losses).toMatchObject([LOST]))
})

it('one that says that it is alive: the transport does not fail', async () => {
  const relay = await relayOf({ pingEveryMs: 50 })
  const party = await partyOf(transportOf(relay))
  await pass(500)
  expect(party.losses).toEqual([])
})

it('one that reads nothing: what waits is bounded', async () => {
  const url = await fakeRelay((socket) => {
    socket.send(writeWelcome({ local: LOCAL, nodes: [], aliveEveryMs: 60_000 }))
    socket.pause()
  })
  let opened: WebSocket | undefined
  class Watched extends WebSocket {
    constructor(to: string, protocols: string[]) {
      super(to, protocols)
      opened = this
    }
  }
  const party = await partyOf(relayTransport({ url, webSocket: Watched }))
  const large = new Uint8Array(1_400)
  for (let nth = 0; nth < 20_000; nth++) party.send(LOCAL, large)
  expect(opened?.bufferedAmount).toBeGreaterThan(200_000)
  expect(opened?.bufferedAmount).toBeLessThan(270_000)
})
