// Serves the page of the checks on loopback, which browsers take for a secure context.

import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const HTML =
  '<!doctype html><meta charset="utf-8"><title>A node</title><link rel="icon" href="data:,">' +
  '<script type="module" src="/page.js"></script>'

export interface PageServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:4000`. */
  readonly origin: string
}

export async function servePage(): Promise<PageServer> {
  const script = await readFile(new URL('page.js', import.meta.url))
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js'
    const type = isScript ? 'text/javascript' : 'text/html'
    response.writeHead(200, { 'content-type': type }).end(isScript ? script : HTML)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}
