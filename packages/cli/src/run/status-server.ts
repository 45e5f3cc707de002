// The node's status over HTTP, for Prometheus and for whatever keeps the process alive.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, isIP } from 'node:net'
import { type NodeInfo, toPrometheus } from '@dht/node'
import { collectDefaultMetrics, Registry } from 'prom-client'

export interface StatusServer extends AsyncDisposable {
  /** Where it is, without a path. */
  readonly url: string
}

export interface StatusOptions {
  readonly info: () => NodeInfo
  readonly address: string
  /** 0: the system chooses. */
  readonly port: number
}

/** Most connections at once: ours. */
const MAX_CONNECTIONS = 64

/** @throws the system's error when the port can't be had */
export async function serveStatus({ info, address, port }: StatusOptions): Promise<StatusServer> {
  const registry = processMetrics()
  const server = createServer((request, response) => {
    void answer(request, { info, registry }).then((reply) => send(response, reply))
  })
  server.maxConnections = MAX_CONNECTIONS
  server.listen({ host: address, port })
  await once(server, 'listening')
  const bound = server.address() as AddressInfo
  const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address
  return {
    url: `http://${host}:${bound.port}`,
    [Symbol.asyncDispose]: () => closeServer(server),
  }
}

/** CPU, memory, event loop and garbage collection, without gauges that are named like counters. */
function processMetrics(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const what of ['handles', 'requests', 'resources']) {
    registry.removeSingleMetric(`nodejs_active_${what}_total`)
  }
  return registry
}

interface Reply {
  readonly status: number
  readonly type?: string
  readonly body: string
}

interface Sources {
  readonly info: () => NodeInfo
  readonly registry: Registry
}

const PATHS = '/metrics, /health, /ready or /info\n'

async function answer(request: IncomingMessage, { info, registry }: Sources): Promise<Reply> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, body: 'GET\n' }
  switch (request.url) {
    case '/metrics': {
      const type = 'text/plain; version=0.0.4'
      return { status: 200, type, body: toPrometheus(info()) + (await registry.metrics()) }
    }
    case '/health':
      return statusOf(info().overlays.some(({ isOpen }) => isOpen))
    case '/ready':
      return statusOf(info().overlays.some(({ isOpen, joined }) => isOpen && joined))
    case '/info':
      if (!isLocal(request)) return { status: 403, body: 'only on this machine\n' }
      return { status: 200, type: 'application/json', body: JSON.stringify(info()) }
    default:
      return { status: 404, body: PATHS }
  }
}

function statusOf(isGood: boolean): Reply {
  return isGood ? { status: 200, body: 'ok\n' } : { status: 503, body: 'not yet\n' }
}

/**
 * The info names ids and addresses of other people. A page of a browser on this machine can send
 * requests here under a name of its own.
 */
function isLocal({ socket, headers: { host = '' } }: IncomingMessage): boolean {
  const { remoteAddress = '' } = socket
  const isLoopback = /^(?:::ffff:)?127\.|^::1$/.test(remoteAddress)
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  return isLoopback && (name === 'localhost' || isIP(name) !== 0)
}

function send(response: ServerResponse, { status, type = 'text/plain', body }: Reply): void {
  response.writeHead(status, { 'content-type': type }).end(body)
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
