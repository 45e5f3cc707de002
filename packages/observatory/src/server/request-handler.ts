// Takes each request to what responds to it.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import helmet from 'helmet'
import * as v from 'valibot'
import type { SessionRequest } from '../protocol.ts'
import type { Access } from './access.ts'
import type { NodeCalls } from './node-calls.ts'
import type { NodeWatch } from './node-watch.ts'
import type { ServeFile } from './page-files.ts'
import type { PageRelay } from './page-relay.ts'
import { readBody } from './read-body.ts'
import { RefusedRequest, refuse, reply } from './reply.ts'

/**
 * The page may load and call this server only, its relay included (a WebSocket of the same host and
 * port is `'self'`), and nothing of it may be inline.
 */
const secureHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'img-src': ["'self'", 'data:'],
      'font-src': ["'self'"],
      'connect-src': ["'self'"],
      'worker-src': ["'self'"],
      'manifest-src': ["'self'"],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ["'none'"],
    },
  },
  referrerPolicy: { policy: 'no-referrer' },
  // It is for HTTPS only.
  strictTransportSecurity: false,
  xFrameOptions: { action: 'deny' },
})

const sessionSchema: v.GenericSchema<unknown, SessionRequest> = v.strictObject({
  token: v.pipe(v.string(), v.maxLength(256)),
})

/** @throws {RefusedRequest} */
type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void

interface Parts {
  readonly access: Access
  readonly watch: NodeWatch
  readonly calls: NodeCalls
  readonly serveFile: ServeFile
  readonly relay: PageRelay | undefined
}

export class RequestHandler {
  readonly #access: Access
  readonly #watch: NodeWatch
  readonly #serveFile: ServeFile
  readonly #relay: PageRelay | undefined
  readonly #routes: Readonly<Record<string, Readonly<Record<string, Route>>>>

  constructor({ access, watch, calls, serveFile, relay }: Parts) {
    this.#access = access
    this.#watch = watch
    this.#serveFile = serveFile
    this.#relay = relay
    const posted = (call: (request: IncomingMessage) => Promise<object>) => ({
      POST: async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
        this.#demandSession(request)
        reply(response, 202, await call(request))
      },
    })
    this.#routes = {
      '/session': { POST: (request, response) => this.#openSession(request, response) },
      '/stream': { GET: (request, response) => this.#openStream(request, response) },
      '/relay': { GET: (request, response) => this.#offerRelay(request, response) },
      '/lookup': posted((request) => calls.lookup(request)),
      '/enter': posted((request) => calls.enter(request)),
      '/delete': posted((request) => calls.delete(request)),
      '/put': posted((request) => calls.put(request)),
    }
  }

  /** Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {})
    secureHeaders(request, response, () => {})
    try {
      await this.#route(request, response)
    } catch (thrown) {
      if (response.headersSent) {
        response.destroy()
        return
      }
      const refused =
        thrown instanceof RefusedRequest
          ? thrown
          : new RefusedRequest('failed', 'the server could not respond')
      // What is left of a body that was refused is not read.
      if (!request.complete) response.setHeader('connection', 'close')
      refuse(response, refused)
    }
  }

  #route(request: IncomingMessage, response: ServerResponse): Promise<void> | void {
    if (!this.#access.isOurs(request)) {
      throw new RefusedRequest('forbidden', 'host or origin: expected those of this server')
    }
    const [path = '/'] = (request.url ?? '/').split('?')
    const { method = 'GET' } = request
    const routes = Object.hasOwn(this.#routes, path) ? this.#routes[path] : undefined
    if (routes !== undefined) {
      if (this.#access.isFromElsewhere(request)) {
        throw new RefusedRequest('forbidden', 'expected a page of this server')
      }
      const route = Object.hasOwn(routes, method) ? routes[method] : undefined
      if (route !== undefined) return route(request, response)
      response.setHeader('allow', Object.keys(routes).join(', '))
      throw new RefusedRequest('method', `expected ${Object.keys(routes).join(' or ')}`)
    }
    if (method === 'GET' || method === 'HEAD') return this.#serveFile(request, response)
    throw new RefusedRequest('not-found', 'nothing is here')
  }

  async #openSession(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { token } = await readBody(request, sessionSchema)
    if (!this.#access.isToken(token)) {
      throw new RefusedRequest('unauthorized', 'token: not the one of this program')
    }
    response.setHeader('set-cookie', this.#access.newSession())
    reply(response, 204)
  }

  #openStream(request: IncomingMessage, response: ServerResponse): void {
    this.#demandSession(request)
    const { streams } = this.#watch
    if (streams.isFull) throw new RefusedRequest('full', 'too many pages are open', 5)
    streams.add(response, performance.now())
  }

  #offerRelay(request: IncomingMessage, response: ServerResponse): void {
    this.#demandSession(request)
    if (this.#relay === undefined) {
      throw new RefusedRequest('not-found', 'this program has no relay (--browser-node)')
    }
    reply(response, 200, this.#relay.offer(this.#watch))
  }

  #demandSession(request: IncomingMessage): void {
    if (this.#access.hasSession(request)) return
    throw new RefusedRequest('unauthorized', 'expected a session')
  }
}
