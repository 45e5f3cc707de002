// Answers other commands of this machine from a running node: one request a connection, a line of
// JSON, answered by lines of JSON. The connection ends with the last line.

import { once } from 'node:events'
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { DhtNode } from '@dht/node'
import { jsonLine } from '../output/json.ts'

/** Longest request, in bytes. */
const MAX_REQUEST = 1_024

/** @throws the system's error when the socket can't be had, also when another node listens there */
export async function serveControl(node: DhtNode, path: string): Promise<AsyncDisposable> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // A command that was stopped closes its end.
    socket.on('error', () => {})
    void answer(node, socket)
  })
  await listen(server, path)
  return {
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

async function listen(server: Server, path: string): Promise<void> {
  // A node that was killed leaves its socket behind.
  if (existsSync(path) && !(await isListening(path))) rmSync(path)
  server.listen(path)
  await once(server, 'listening')
  if (process.platform !== 'win32') chmodSync(path, 0o600)
}

/** Whether a node listens there. */
export async function isListening(path: string): Promise<boolean> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ECONNREFUSED'
  } finally {
    socket.destroy()
  }
}

async function answer(node: DhtNode, socket: Socket): Promise<void> {
  const request = await requestOf(socket)
  if (request === 'info') socket.end(jsonLine(node.info()))
  else if (request === 'watch') await stream(node, socket)
  else socket.end(jsonLine({ error: 'expected "info" or "watch"' }))
}

/** The first line, unless it is too long or no JSON. */
async function requestOf(socket: Socket): Promise<unknown> {
  const lines = createInterface({ input: socket })
  socket.on('data', () => {
    if (socket.bytesRead > MAX_REQUEST) socket.destroy()
  })
  for await (const line of lines) {
    try {
      return JSON.parse(line)
    } catch {
      return undefined
    }
  }
  return undefined
}

async function stream(node: DhtNode, socket: Socket): Promise<void> {
  const events = node.events()
  socket.on('close', () => void events.return?.())
  for await (const event of events) {
    if (!socket.write(jsonLine(event)))
      await Promise.race([once(socket, 'drain'), once(socket, 'close')])
  }
  socket.end()
}
