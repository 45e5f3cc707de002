// Plain sockets, for tests that send to a node from outside.

import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

/** A bound socket; the caller closes it. Rejects when the port is in use. */
export async function bound(family: 4 | 6, port = 0): Promise<Socket> {
  const socket = createSocket({ type: family === 4 ? 'udp4' : 'udp6', ipv6Only: family === 6 })
  socket.bind({ address: family === 4 ? '127.0.0.1' : '::1', port, exclusive: true })
  await once(socket, 'listening')
  return socket
}

export async function close(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => socket.close(() => resolve()))
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const socket = await bound(4)
  const { port } = socket.address()
  await close(socket)
  return port
}
