// Serves one file over HTTP under its identity, `GET /<64 hex digits>`, and nothing else. The DHT
// says where a thing can be had; how it is had is the user's business, and this is the plainest
// way.

import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { idToHex } from '@dht/id'
import { type Endpoint, endpoint } from '@dht/krpc'
import { isUnchanged, type SharedFile } from './shared-file.ts'

/** A request's headers must be here by then, ms: nobody may hold a connection by saying nothing. */
const HEADERS_TIMEOUT_MS = 10_000

/** Connections served at once; further ones are closed. */
const MAX_CONNECTIONS = 256

/** Tries to find a port that is free on every address. */
const PORT_ATTEMPTS = 8

export interface FileServer extends AsyncDisposable {
  /** The one port on all addresses: what is entered in the DHT. */
  readonly port: number
  readonly endpoints: readonly Endpoint[]
}

/**
 * @param place - addresses to listen on, and the port on all of them; 0: the system chooses
 * @throws the system's error when an address or port can't be had
 */
export async function serveFile(
  file: SharedFile,
  place: { readonly addresses: readonly string[]; readonly port: number },
): Promise<FileServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listenEverywhere(file, place)
    } catch (error) {
      // The port that was free on the first address may be taken on the second.
      if (place.port !== 0 || attempt === PORT_ATTEMPTS) throw error
    }
  }
}

async function listenEverywhere(
  file: SharedFile,
  { addresses, port: wanted }: { readonly addresses: readonly string[]; readonly port: number },
): Promise<FileServer> {
  const servers: Server[] = []
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(closeServer))
  }
  const endpoints: Endpoint[] = []
  try {
    for (const host of addresses) {
      const server = fileServer(file)
      server.listen({ host, port: endpoints[0]?.port ?? wanted, ipv6Only: true })
      await once(server, 'listening')
      servers.push(server)
      const bound = server.address() as AddressInfo
      endpoints.push(endpoint(bound.address, bound.port))
    }
  } catch (error) {
    await close()
    throw error
  }
  return { port: endpoints[0]?.port ?? wanted, endpoints, [Symbol.asyncDispose]: close }
}

function fileServer(file: SharedFile): Server {
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS }, (request, response) => {
    // A reader that goes away in the middle is no trouble of ours.
    answer(file, request, response).catch(() => response.destroy())
  })
  server.maxConnections = MAX_CONNECTIONS
  return server
}

async function answer(
  file: SharedFile,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refuse = (status: number, reason: string): void => {
    response.writeHead(status, { 'content-type': 'text/plain' }).end(`${reason}\n`)
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'GET or HEAD')
  if (request.url !== `/${idToHex(file.identity)}`) return refuse(404, 'not here')
  if (!(await isUnchanged(file))) return refuse(410, 'the file has changed')
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': file.size,
  })
  if (request.method === 'HEAD') response.end()
  else await pipeline(createReadStream(file.path), response)
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
