// The node's info for machines, on loopback: /metrics as Prometheus reads it, /info as JSON.

import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type NodeInfo, toPrometheus } from '@dht/node'

export interface MetricsServer extends AsyncDisposable {
  /** Where it is, without a path. */
  readonly url: string
}

/** @param port - 0: the system chooses. @throws the system's error when the port can't be had */
export async function serveMetrics(info: () => NodeInfo, port: number): Promise<MetricsServer> {
  const server = createServer(({ method, url }, response) => {
    if (method !== 'GET') reply(response, { status: 405, type: 'text/plain', body: 'GET\n' })
    else answer(url, info, response)
  })
  server.listen({ host: '127.0.0.1', port })
  await once(server, 'listening')
  const bound = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${bound.port}`,
    [Symbol.asyncDispose]: () => closeServer(server),
  }
}

function answer(url: string | undefined, info: () => NodeInfo, response: ServerResponse): void {
  if (url === '/metrics') {
    const type = 'text/plain; version=0.0.4'
    reply(response, { status: 200, type, body: toPrometheus(info()) })
  } else if (url === '/info') {
    reply(response, { status: 200, type: 'application/json', body: JSON.stringify(info()) })
  } else {
    reply(response, { status: 404, type: 'text/plain', body: '/metrics or /info\n' })
  }
}

function reply(
  response: ServerResponse,
  { status, type, body }: { readonly status: number; readonly type: string; readonly body: string },
): void {
  response.writeHead(status, { 'content-type': type }).end(body)
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
