// Serves the page that shows a node at work, on loopback.

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { NodeRequests } from './node/node-requests.ts'
import type { ObservableNode } from './node/observable-node.ts'
import { type ObserveConfig, type ObserveOptions, resolveObserveOptions } from './options.ts'
import { Access } from './server/access.ts'
import { LOOKUPS_PER_MINUTE, NodeCalls } from './server/node-calls.ts'
import { NodeWatch } from './server/node-watch.ts'
import { pageFiles, pageFolder } from './server/page-files.ts'
import { PageRelay } from './server/page-relay.ts'
import { RequestHandler } from './server/request-handler.ts'

/** Most connections at once: ours. A browser has six. */
const MAX_CONNECTIONS = 64
/** Bytes of all headers of a request: ours. */
const MAX_HEADER_BYTES = 8_192
/** Time for the headers, and for the whole request, ms: ours, since all of it is on loopback. */
const HEADERS_MS = 5_000
const REQUEST_MS = 10_000

/** A page that shows a node. */
export interface Observatory extends AsyncDisposable {
  /** Where it is, with the token. Anybody who has this URL may watch the node. */
  readonly url: string
  /** Ends the page. The node goes on. */
  close(): Promise<void>
}

/**
 * Serves the page of a node until it is closed. Close it before the node.
 *
 * @throws {ObservatoryError} for options that can't be used
 * @throws the system's error when the port can't be had, and what `options.relay` rejects with
 */
export async function observe(
  node: ObservableNode,
  options: ObserveOptions = {},
): Promise<Observatory> {
  return observeWith(pageFolder(), node, resolveObserveOptions(options))
}

/** @param folder - path of the folder with the files of the page */
export async function observeWith(
  folder: string,
  node: ObservableNode,
  config: ObserveConfig,
): Promise<Observatory> {
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: HEADERS_MS,
    connectionsCheckingInterval: 1_000,
  })
  server.maxConnections = MAX_CONNECTIONS
  server.listen({ host: config.host, port: config.port })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const hosts = [...ownHosts(config, port), ...config.allowedHosts]
  const relay = await relayOn(server, hosts, config)
  const access = new Access(hosts, port)
  const { allowWrites: write } = config
  const allowed = { lookupsPerMinute: LOOKUPS_PER_MINUTE, write, relay: relay !== undefined }
  const watch = new NodeWatch(node, allowed)
  const requests = new NodeRequests(node, watch.feed)
  const calls = new NodeCalls(requests, write)
  const serveFile = pageFiles(folder)
  const handler = new RequestHandler({ access, watch, calls, serveFile, relay })
  server.on('request', (request, response) => void handler.handle(request, response))
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    closing ??= endAll(server, { watch, requests, relay })
    return closing
  }
  const url = `http://${ownHosts(config, port)[0]}/#token=${access.token}`
  return { url, close, [Symbol.asyncDispose]: close }
}

function ownHosts({ host }: ObserveConfig, port: number): string[] {
  const own = host.includes(':') ? `[${host}]` : host
  const all = [own, 'localhost']
  // Browsers leave out the port of the scheme.
  return all.flatMap((each) => (port === 80 ? [each, `${each}:80`] : [`${each}:${port}`]))
}

/** @returns undefined when none is wanted */
async function relayOn(
  server: Server,
  hosts: readonly string[],
  { relay }: ObserveConfig,
): Promise<PageRelay | undefined> {
  if (relay === undefined) return undefined
  try {
    return await PageRelay.start(relay, { server, hosts })
  } catch (error) {
    server.close()
    throw error
  }
}

interface Parts {
  readonly watch: NodeWatch
  readonly requests: NodeRequests
  readonly relay: PageRelay | undefined
}

async function endAll(server: Server, { watch, requests, relay }: Parts): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  requests.close()
  watch.close()
  await relay?.[Symbol.asyncDispose]()
  // The streams may take what has been written.
  setTimeout(() => server.closeAllConnections(), 100)
  await closed
}
