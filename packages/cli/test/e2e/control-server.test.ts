// What a node does with clients of its socket that are broken, slow or many.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createNode, type DhtNode } from '@dht/node'
import { temporaryFolder } from '@dht/testing/temporary'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ControlLimits, serveControl } from '../../src/control/control-server.ts'

const TIMEOUT = { timeout: 60_000 }

let node: DhtNode
let path: string
let server: AsyncDisposable
let clients: Socket[]

async function serve(limits: Partial<ControlLimits> = {}, served: DhtNode = node): Promise<void> {
  path = join(temporaryFolder(), 'socket')
  server = await serveControl(served, path, limits)
}

beforeEach(async () => {
  node = await createNode({ port: 0, ipv4: '127.0.0.1', ipv6: false, bootstrap: [] })
  clients = []
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
  for (const client of clients) client.destroy()
  await node.close()
})

async function client(): Promise<Socket> {
  const socket = connect(path)
  clients.push(socket)
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** All that the node answers. */
async function answerTo(text: string | Uint8Array): Promise<string> {
  const socket = await client()
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  socket.write(text)
  await once(socket, 'close')
  return answer
}

const info = '{"op":"info"}\n'

describe('a request that can not be used gets an error', TIMEOUT, () => {
  it.each([
    ['no JSON', 'sudo\n', /not JSON/],
    ['no object', '"info"\n', /can't use this request/],
    ['an unknown operation', '{"op":"shutdown"}\n', /can't use this request/],
    ['an unknown part', '{"op":"info","x":1}\n', /can't use this request/],
    ['a wrong type', '{"op":"closest","id":5}\n', /can't use this request/],
    ['a port out of range', '{"op":"announce","id":"00","port":0,"seed":false}\n', /can't use/],
    ['a long id', `{"op":"closest","id":"${'0'.repeat(4_000)}"}\n`, /can't use this request/],
    ['an id that the node refuses', '{"op":"closest","id":"zz","trace":false}\n', /hex digits/],
    ['a long line', 'x'.repeat(8_193), /longer than 8192 bytes/],
    ['what is no text', Uint8Array.of(0xff, 0xfe, 0x0a), /not JSON/],
  ])('%s', async (_, text, message) => {
    await serve()
    const answer = await answerTo(text)
    // That of the node comes after it has understood the request.
    expect(JSON.parse(answer.replace('{"kind":"accepted"}\n', ''))).toEqual({
      kind: 'error',
      message: expect.stringMatching(message),
      exitCode: 2,
    })
    expect(await answerTo(info)).toContain(`"id":"${node.id}"`)
  })
})

it('answers a request that comes in pieces, and drops what follows it', TIMEOUT, async () => {
  await serve()
  const socket = await client()
  socket.write(info.slice(0, 5))
  await wait(50)
  socket.write(info.slice(5).repeat(1_000))
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  await expect.poll(() => answer.split('\n')).toHaveLength(3)
  const lines = answer
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines).toEqual([
    { kind: 'accepted' },
    { kind: 'result', result: expect.objectContaining({ id: node.id }) },
  ])
})

it('lets a client go that asks nothing', TIMEOUT, async () => {
  await serve({ sendWithinMs: 50 })
  expect(await answerTo('{"op"')).toMatch(/did not come in time/)
})

it('lets a client go that closes without a request', TIMEOUT, async () => {
  await serve({ maxClients: 1 })
  const socket = await client()
  socket.destroy()
  await expect.poll(() => answerTo(info)).toContain(node.id)
})

it('survives clients that are gone before it answers', TIMEOUT, async () => {
  await serve()
  for (const text of ['sudo\n', info, 'x'.repeat(20_000)]) {
    const socket = await client()
    socket.write(text)
    socket.destroy()
    await once(socket, 'close')
  }
  expect(await answerTo(info)).toContain(node.id)
})

it(
  'waits for a slow reader as often as needed, and keeps nothing of each wait',
  TIMEOUT,
  async () => {
    const event = { kind: 'warning', message: 'x'.repeat(1_000_000) }
    async function* events(): AsyncGenerator<unknown> {
      for (let told = 0; told < 30; told++) yield event
    }
    const warned = vi.fn()
    process.on('warning', warned)
    await serve({}, { events } as unknown as DhtNode)
    expect((await answerTo('{"op":"watch"}\n')).length).toBeGreaterThan(30_000_000)
    await wait(0)
    process.off('warning', warned)
    expect(warned).not.toHaveBeenCalled()
  },
)

it('lets a client go that never reads', TIMEOUT, async () => {
  let told = 0
  let left = (): void => {}
  const hasLeft = new Promise<void>((resolve) => {
    left = resolve
  })
  const event = { kind: 'warning', message: 'x'.repeat(100_000) }
  // A node that has always something to tell.
  async function* events(): AsyncGenerator<unknown> {
    try {
      for (; ; told++) yield event
    } finally {
      left()
    }
  }
  await serve({ readWithinMs: 100 }, { events } as unknown as DhtNode)
  const socket = await client()
  socket.pause()
  socket.write('{"op":"watch"}\n')
  await hasLeft
  // No more was written than fits into the buffers of the socket.
  expect(told).toBeLessThan(100)
})

it('answers a bounded number of clients at once', TIMEOUT, async () => {
  await serve({ maxClients: 2 })
  const watching = [await client(), await client()]
  for (const socket of watching) socket.write('{"op":"watch"}\n')
  expect(await answerTo(info)).toContain('too many commands')
  watching[0]?.destroy()
  await expect.poll(() => answerTo(info)).toContain(node.id)
})

it('lets clients go that are far too many', TIMEOUT, async () => {
  await serve({ maxClients: 1, readWithinMs: 60_000 })
  const many = await Promise.all(Array.from({ length: 40 }, () => client()))
  await expect.poll(() => many.filter((socket) => socket.closed).length).toBeGreaterThan(20)
})
