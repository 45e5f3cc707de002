// The files of the page, which its build puts beside the server's.

import { existsSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import sirv from 'sirv'

export type ServeFile = (request: IncomingMessage, response: ServerResponse) => void

/** @param folder - path of the folder with `index.html` */
export function pageFiles(folder: string): ServeFile {
  if (!existsSync(`${folder}/index.html`)) return withoutPage
  // The list of files is read now: nothing else is ever opened, whatever a path says.
  const serve = sirv(folder, {
    etag: true,
    setHeaders: (response) => response.setHeader('cache-control', 'no-cache'),
  })
  return (request, response) => {
    serve(request, response, () => {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n')
    })
  }
}

function withoutPage(_request: IncomingMessage, response: ServerResponse): void {
  const text = 'The page is missing: this copy of @dht/observatory was built without it.\n'
  response.writeHead(503, { 'content-type': 'text/plain' }).end(text)
}

/** Where the build puts the page, seen from the sources and from `dist`. */
export function pageFolder(): string {
  const isSource = import.meta.url.endsWith('/src/server/page-files.ts')
  const path = isSource ? '../../dist/page' : './page'
  return fileURLToPath(new URL(path, import.meta.url))
}
