// Readers that take nothing, and more connections than a browser has.

import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import type { Batch } from '../../src/protocol.ts'
import { LiveStreams } from '../../src/server/live-streams.ts'
import { ask, served, session } from '../support/loopback.ts'
import { stream } from '../support/stream-reader.ts'

/** About a megabyte. */
const LARGE: Batch = [
  { kind: 'members', at: 0, family: 4, set: [], removed: Array(15_000).fill('ab'.repeat(32)) },
]

interface Reader {
  readonly socket: Socket
  readonly response: ServerResponse
}

/** Streams with a reader that takes nothing, and one that takes all. */
async function streamsWithReaders() {
  const streams = new LiveStreams(() => {})
  const server = createServer((_, response) => streams.add(response, 0))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const readerOf = async (): Promise<Reader> => {
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    const [, response] = (await once(server, 'request')) as [unknown, ServerResponse]
    return { socket, response }
  }
  const deaf = await readerOf()
  const good = await readerOf()
  good.socket.resume()
  streams.begin([], 0)
  return { streams, deaf, good }
}

/** Writes until the reader that takes nothing holds something up. */
async function fill(streams: LiveStreams, deaf: Reader, isFull: () => boolean): Promise<void> {
  while (!isFull()) {
    streams.send(LARGE, 0)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(deaf.response.destroyed).toBe(false)
  }
}

it('are ended once 16 MiB wait for them; the others go on', async () => {
  const { streams, deaf, good } = await streamsWithReaders()
  await fill(streams, deaf, () => deaf.response.writableLength > 16 * 1024 * 1024)
  streams.dropSlow(1)
  await once(deaf.response, 'close')
  expect([streams.size, good.response.destroyed]).toEqual([1, false])
})

it('are ended after ten seconds in which they have not taken all; the others go on', async () => {
  const { streams, deaf, good } = await streamsWithReaders()
  await fill(streams, deaf, () => deaf.response.writableNeedDrain)
  while (good.response.writableNeedDrain) await once(good.response, 'drain')
  streams.dropSlow(10_000)
  expect(streams.size).toBe(2)
  streams.dropSlow(10_001)
  await once(deaf.response, 'close')
  expect([streams.size, good.response.destroyed]).toEqual([1, false])
})

it('get a comment when there has been nothing to tell for long', async () => {
  const { streams, good } = await streamsWithReaders()
  let text = ''
  good.socket.on('data', (chunk) => {
    text += String(chunk)
  })
  streams.send([], 14_999)
  streams.send([], 15_000)
  streams.send([], 15_001)
  while (!text.includes(':\n\n')) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(text.match(/^:$/gm)).toHaveLength(1)
})

it('of 1,000 connections most are closed at once, and the page that was open goes on', async () => {
  const server = await served()
  const cookie = await session(server)
  const reader = await stream(server, cookie)
  await reader.first('snapshot')
  const sockets = Array.from({ length: 1_000 }, () => {
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => {})
    onTestFinished(() => void socket.destroy())
    return socket
  })
  const isOpen = (socket: Socket): boolean => !socket.destroyed && !socket.closed
  for (const socket of sockets) socket.resume()
  // Each sends a part of its head, and then nothing.
  for (const socket of sockets) socket.write('GET / HTTP/1.1\r\nhost:')
  const beganAt = performance.now()
  while (sockets.filter(isOpen).length > 64) await new Promise((resolve) => setTimeout(resolve, 20))
  // Before the time for a head has passed.
  expect(performance.now() - beganAt).toBeLessThan(4_000)
  expect(reader.isEnded).toBe(false)
  // Those that stay are ended, because their heads do not arrive in time.
  while (sockets.some(isOpen)) await new Promise((resolve) => setTimeout(resolve, 100))
  expect((await ask(server, '/', { headers: { cookie } })).status).toBe(503)
  expect(reader.isEnded).toBe(false)
})
