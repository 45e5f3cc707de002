// The relay on the server of the page: through it a page can be a node of its own. Who starts it is
// the program, which alone knows the network; this package has no relay.

import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import type { RelayOffer } from '../protocol.ts'
import type { NodeWatch } from './node-watch.ts'

const PATH = '/dht-relay'
const SECRET_BYTES = 32

/** Where a relay is to be, as `startRelay` of @dht/relay takes it. */
export interface RelayPlace {
  /** It serves the page too. */
  readonly server: Server
  readonly path: string
  /** What a page gets with its session. */
  readonly secret: string
  /** Those of the page. */
  readonly origins: readonly string[]
}

/** Starts a relay for the network of the node; it is ended before the server. */
export type StartRelay = (place: RelayPlace) => Promise<AsyncDisposable>

export class PageRelay implements AsyncDisposable {
  readonly #relay: AsyncDisposable
  readonly #secret: string

  private constructor(relay: AsyncDisposable, secret: string) {
    this.#relay = relay
    this.#secret = secret
  }

  /** @param hosts - `host:port` under which browsers reach the server */
  static async start(
    start: StartRelay,
    { server, hosts }: { readonly server: Server; readonly hosts: readonly string[] },
  ): Promise<PageRelay> {
    const secret = randomBytes(SECRET_BYTES).toString('hex')
    const origins = hosts.map((host) => `http://${host}`)
    const relay = await start({ server, path: PATH, secret, origins })
    // A relay on another's server leaves other paths alone, and then nobody would answer.
    server.on('upgrade', ({ url }, socket) => {
      if (url?.split('?')[0] !== PATH) socket.destroy()
    })
    return new PageRelay(relay, secret)
  }

  /** What a page with a session is told. */
  offer({ feed }: NodeWatch): RelayOffer {
    const { info } = feed.view()
    const families = info.overlays.map(({ family }) => family)
    return { path: PATH, secret: this.#secret, network: info.network, families }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#relay[Symbol.asyncDispose]()
  }
}
