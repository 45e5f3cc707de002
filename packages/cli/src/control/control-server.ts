// Answers other commands of this machine from a running node: one request a connection, a line of
// JSON, answered by lines of JSON. The connection ends with the last line; a client that closes it
// earlier ends what it asked for. Clients are this user's own, but may be broken: what each of them
// can take of the node is bounded.

import { once } from 'node:events'
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import type { DhtNode } from '@dht/node'
import { CommandFailure, EXIT, exitCodeOf, reasonOf } from '../exit.ts'
import { jsonLine } from '../output/json.ts'
import { carryOut } from '../requests/carry-out.ts'
import { type Reply, readRequest } from '../requests/request.ts'
import { isListening } from './is-listening.ts'
import { readLine } from './read-line.ts'

export interface ControlLimits {
  /** Most commands that are answered at once. A few more are told so, all others let go. */
  readonly maxClients: number
  /** Time in which a client must have sent its request, ms. */
  readonly sendWithinMs: number
  /** Time in which a client must have read what was written to it, ms. */
  readonly readWithinMs: number
}

interface AnswerLimits extends ControlLimits {
  /** Aborted when the client has gone, or the node ends. */
  readonly signal: AbortSignal
}

/** All of them ours. */
const LIMITS: ControlLimits = { maxClients: 64, sendWithinMs: 5_000, readWithinMs: 30_000 }

const STOPPED = new CommandFailure('stopped', EXIT.stopped)

/** Clients beyond the limit that are told of it at once. */
const REFUSED_AT_ONCE = 16

/** @throws the system's error when the socket can't be had, also when another node listens there */
export async function serveControl(
  node: DhtNode,
  path: string,
  limits: Partial<ControlLimits> = {},
): Promise<AsyncDisposable> {
  const bounds = { ...LIMITS, ...limits }
  const clients = new Map<Socket, AbortController>()
  const server = createServer((socket) => {
    const isTooMany = clients.size >= bounds.maxClients
    const stop = new AbortController()
    clients.set(socket, stop)
    socket.on('close', () => {
      clients.delete(socket)
      stop.abort(STOPPED)
    })
    // A command that was stopped closes its end.
    socket.on('error', () => {})
    void (isTooMany
      ? refuse(socket, bounds)
      : answer(node, socket, { ...bounds, signal: stop.signal }))
  })
  server.maxConnections = bounds.maxClients + REFUSED_AT_ONCE
  await listen(server, path)
  return {
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const [socket, stop] of clients) {
        // At once: a node that closes next must not save what was asked for.
        stop.abort(STOPPED)
        socket.destroy()
      }
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

/** Never rejects. */
async function answer(node: DhtNode, socket: Socket, limits: AnswerLimits): Promise<void> {
  const { signal } = limits
  try {
    const request = readRequest(parse(await readLine(socket, limits.sendWithinMs)))
    await write(socket, { kind: 'accepted' }, limits)
    const tell = (part: unknown): Promise<void> => write(socket, { kind: 'part', part }, limits)
    const result = await carryOut(node, request, { signal, tell })
    await end(socket, { kind: 'result', result }, limits)
  } catch (error) {
    await end(socket, failure(error), limits)
  }
}

function refuse(socket: Socket, limits: ControlLimits): Promise<void> {
  socket.resume()
  return end(socket, failure(new CommandFailure('the node is answering too many commands')), limits)
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new CommandFailure('the request is not JSON', EXIT.usage)
  }
}

function failure(error: unknown): Reply {
  return { kind: 'error', message: reasonOf(error), exitCode: exitCodeOf(error) }
}

/** Waits while the client reads too slowly; one that does not read at all is let go. */
async function write(
  socket: Socket,
  reply: Reply,
  { readWithinMs, signal }: AnswerLimits,
): Promise<void> {
  if (socket.destroyed || socket.write(jsonLine(reply))) return
  const late = setTimeout(() => socket.destroy(), readWithinMs)
  // It fails when the client has gone, which also stops the command.
  await once(socket, 'drain', { signal }).catch(() => {})
  clearTimeout(late)
}

/** Writes the last line. The client closes its end when it has read that. Never rejects. */
async function end(socket: Socket, reply: Reply, { readWithinMs }: ControlLimits): Promise<void> {
  if (socket.destroyed) return
  const late = setTimeout(() => socket.destroy(), readWithinMs)
  socket.end(jsonLine(reply))
  await once(socket, 'close').catch(() => {})
  clearTimeout(late)
}
