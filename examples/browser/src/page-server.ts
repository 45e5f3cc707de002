// Serves the files of the page, and the secret of the relay to this page alone.

import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const TYPES: Readonly<Record<string, string>> = {
  '/index.html': 'text/html; charset=utf-8',
  '/page.css': 'text/css',
  '/page.js': 'text/javascript',
}

const HEADERS = {
  // The page loads its own files, and connects to its own server.
  'content-security-policy': "default-src 'self'; img-src data:",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
}

/**
 * @param folder - where the files are, with `/` at its end
 * @param secret - what the page needs to connect to the relay
 */
export function pageServer(folder: URL, secret: string): Server {
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo
    // A name that leads here belongs to another site (DNS rebinding).
    if (request.headers.host !== `127.0.0.1:${port}`) response.writeHead(403).end()
    else if (request.url === '/secret') response.writeHead(200, HEADERS).end(secret)
    else void serveFile(folder, request, response)
  })
  return server
}

/** Never rejects. */
async function serveFile(
  folder: URL,
  { url = '' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = url === '/' ? '/index.html' : url
  const type = Object.hasOwn(TYPES, path) ? TYPES[path] : undefined
  try {
    if (type === undefined) throw new Error('no such file')
    const bytes = await readFile(new URL(path.slice(1), folder))
    response.writeHead(200, { ...HEADERS, 'content-type': type }).end(bytes)
  } catch {
    response.writeHead(404).end()
  }
}
