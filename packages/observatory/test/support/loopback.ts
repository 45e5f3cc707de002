// A real node on loopback with its observatory, and requests with whatever headers a test wants.

import { once } from 'node:events'
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { createNode, type DhtNode, type NodeOptions } from '@dht/node'
import { onTestFinished } from 'vitest'
import type { ObservableNode } from '../../src/node/observable-node.ts'
import { type Observatory, observeWith } from '../../src/observe.ts'
import { type ObserveOptions, resolveObserveOptions } from '../../src/options.ts'

const LOOPBACK = { port: 0, ipv4: '127.0.0.1', ipv6: false, bootstrap: [] } as const

/** A node that is closed at the end of the test. */
export async function node(options: NodeOptions = {}): Promise<DhtNode> {
  const made = await createNode({ ...LOOPBACK, ...options })
  onTestFinished(() => made.close())
  return made
}

export interface Given extends ObserveOptions {
  readonly node?: ObservableNode
  /** The page's files; default: a folder that is not there. */
  readonly folder?: string
}

/** What the tests know of a server. */
export interface Served {
  readonly observatory: Observatory
  readonly port: number
  readonly origin: string
  readonly token: string
}

export async function served({ node: given, folder, ...options }: Given = {}): Promise<Served> {
  const observed = given ?? (await node())
  const config = resolveObserveOptions(options)
  const observatory = await observeWith(folder ?? '/nowhere', observed, config)
  onTestFinished(() => observatory.close())
  const url = new URL(observatory.url)
  const token = new URLSearchParams(url.hash.slice(1)).get('token') ?? ''
  return { observatory, port: Number(url.port), origin: url.origin, token }
}

export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | object
  /** The address to connect to. */
  readonly host?: string
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Sends a request as a page of the server would; `headers` wins. */
export async function ask(
  { port, origin }: Served,
  path: string,
  asked: Asked = {},
): Promise<Reply> {
  const response = await open({ port, origin }, path, asked)
  let text = ''
  for await (const chunk of response) text += chunk
  return { status: response.statusCode ?? 0, headers: response.headers, text }
}

/** The same without reading the body. */
export async function open(
  { port, origin }: Pick<Served, 'port' | 'origin'>,
  path: string,
  { method = 'GET', headers = {}, body, host = '127.0.0.1' }: Asked = {},
): Promise<IncomingMessage> {
  const own = method === 'POST' ? { origin, 'content-type': 'application/json' } : {}
  const sent = request({ host, port, path, method, headers: { ...own, ...headers }, agent: false })
  sent.end(typeof body === 'object' ? JSON.stringify(body) : body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return response
}

/** The cookie of a new session. */
export async function session(server: Served): Promise<string> {
  const { token } = server
  const { headers } = await ask(server, '/session', { method: 'POST', body: { token } })
  return (headers['set-cookie']?.[0] ?? '').split(';')[0] as string
}

/** What comes back for the head of a request, which no client library changes. */
export async function askRaw(port: number, head: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.end(`${head}\r\nconnection: close\r\n\r\n`)
  let text = ''
  for await (const chunk of socket) text += chunk
  return text
}
