// Serves the built page with the content security policy of the real server, and the stream of a
// made-up node: for drawings and measurements that need more contacts and events than a small
// network has.

import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { LookupRequest, Message } from '@dht/observatory/recording'
import { MadeUpNode, type MadeUpOptions } from './made-up-node.ts'

const PAGE = new URL('page/', import.meta.resolve('@dht/observatory'))
const POLICY = [
  "default-src 'none'",
  ...['script-src', 'style-src', 'img-src', 'connect-src'].map((name) => `${name} 'self'`),
  ...['base-uri', 'form-action', 'frame-ancestors'].map((name) => `${name} 'none'`),
].join('; ')
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}
const BATCH_MS = 50

export interface ServedOptions extends MadeUpOptions {
  readonly eventsPerSecond: number
}

export interface PageServer extends AsyncDisposable {
  readonly url: string
}

export async function servePage(options: ServedOptions): Promise<PageServer> {
  const served = new ServedNode(options)
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    if (path === '/stream') served.stream(response)
    else if (path === '/lookup') void served.lookup(request, response)
    else void sendFile(path === '/' ? 'index.html' : path.slice(1), response)
  })
  server.listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      served.stop()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function sendFile(name: string, response: ServerResponse): Promise<void> {
  const type = TYPES[name.split('.').at(-1) ?? '']
  try {
    if (type === undefined || name.includes('..')) throw new Error('no such file')
    const body = await readFile(fileURLToPath(new URL(name, PAGE)))
    response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(body)
  } catch {
    response.writeHead(404).end()
  }
}

class ServedNode {
  readonly #node: MadeUpNode
  readonly #startedAt = performance.now()
  readonly #clients: Set<ServerResponse> = new Set()
  readonly #timers: NodeJS.Timeout[]
  #planned: Message[] = []
  #request = 0
  #owed = 0

  constructor(options: ServedOptions) {
    this.#node = new MadeUpNode(options)
    const perBatch = (options.eventsPerSecond * BATCH_MS) / 1000
    this.#timers = [
      setInterval(() => this.#tell(perBatch), BATCH_MS),
      setInterval(() => this.#send([this.#node.status(this.#now)]), 1000),
    ]
  }

  stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const capabilities = { lookupsPerMinute: 10, write: false, items: false, relay: false }
    const at = this.#now
    const first: Message[] = [
      { kind: 'welcome', version: 1, capabilities, wallTime: Date.now() },
      this.#node.snapshot(at),
    ]
    response.write(`data: ${JSON.stringify(first)}\n\n`)
    this.#clients.add(response)
    response.on('close', () => this.#clients.delete(response))
  }

  async lookup(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const part of request) body += String(part)
    const { target } = JSON.parse(body) as LookupRequest
    const messages = this.#node.lookup(target, this.#now)
    const number = ++this.#request
    const end = messages.at(-1)
    const closest = end?.step.kind === 'ended' ? end.step.closest : []
    const result = { endpoints: ['10.1.2.3:80'], closest, complete: true, incompleteReasons: [] }
    const at = end?.at ?? this.#now
    this.#planned.push(...messages)
    this.#planned.push({
      kind: 'lookup-result',
      at,
      request: number,
      target,
      durationMs: 1,
      ...result,
    })
    response.writeHead(202, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ request: number }))
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
  }

  get #now(): number {
    return performance.now() - this.#startedAt + 1_000_000
  }

  #tell(perBatch: number): void {
    const now = this.#now
    const due = this.#planned.filter((message) => 'at' in message && message.at <= now)
    this.#planned = this.#planned.filter((message) => !due.includes(message))
    for (this.#owed += perBatch; this.#owed >= 1; this.#owed--) {
      due.push(...this.#node.happening(now))
    }
    if (due.length > 0) this.#send(due)
  }

  #send(batch: readonly Message[]): void {
    for (const client of this.#clients) client.write(`data: ${JSON.stringify(batch)}\n\n`)
  }
}
