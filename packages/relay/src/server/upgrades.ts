// The requests of clients: which of them become WebSockets. Pages of other origins, other paths and
// what exceeds the limits get an HTTP error.

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { MAX_FRAME_BYTES, SUBPROTOCOL } from '../protocol/frame.ts'
import { type Admission, clientKey } from './admission.ts'
import type { RelayConfig } from './options.ts'

export interface UpgradeOwner {
  readonly config: RelayConfig
  readonly admission: Admission
  readonly refused: () => void
  readonly accepted: (socket: WebSocket, address: string) => void
}

export class Upgrades {
  readonly #owner: UpgradeOwner
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_FRAME_BYTES,
    // Messages are small, and nothing may swell when it is unpacked.
    perMessageDeflate: false,
    // Pongs for a client that reads nothing would pile up.
    autoPong: false,
  })

  constructor(owner: UpgradeOwner) {
    this.#owner = owner
  }

  readonly handle = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const { config, accepted, refused } = this.#owner
    const isOurs = request.url?.split('?')[0] === config.path
    // On a server of the user another listener may have it.
    if (!isOurs && config.server !== undefined) return
    socket.on('error', () => socket.destroy())
    const address = this.#addressOf(request)
    const refusal = isOurs ? this.#refusalOf(request, address) : '404 Not Found'
    if (refusal !== undefined) {
      refused()
      const head = `HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
      socket.end(head, () => socket.destroy())
      return
    }
    this.#sockets.handleUpgrade(request, socket, head, (opened) => accepted(opened, address))
  }

  #refusalOf({ headers }: IncomingMessage, address: string): string | undefined {
    const { admission, config } = this.#owner
    const { origin } = headers
    if (origin !== undefined && !config.origins.includes(origin)) return '403 Forbidden'
    const protocols = headers['sec-websocket-protocol']?.split(',').map((each) => each.trim())
    if (protocols?.includes(SUBPROTOCOL) !== true) return '400 Bad Request'
    return admission.isFull(address) ? '503 Service Unavailable' : undefined
  }

  #addressOf(request: IncomingMessage): string {
    const own = request.socket.remoteAddress ?? ''
    return clientKey(this.#owner.config.addressOf?.(request) ?? own)
  }
}
