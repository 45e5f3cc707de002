// The connections that we made, one for each endpoint written to of late. Dialled when the first
// datagram is due, kept for the next one, and closed when too many others have been used since.
// Datagrams may be lost, and here they are when a connection can't take more; they never pile up.

import { type Datagram, type Endpoint, formatEndpoint } from '@dht/krpc'
import { WebSocket } from 'ws'
import { writeHello } from './hello.ts'

/** Datagrams that wait for one connection to open: ours; a lookup asks a node once. */
const MAX_WAITING = 32

/** Bytes that wait in one open connection; further datagrams are dropped: ours. */
const MAX_BUFFERED_BYTES = 64 * 1_024

/** A connection that is not open by then has failed, ms: ours, well within a query's patience. */
const HANDSHAKE_TIMEOUT_MS = 2_000

interface Outgoing {
  readonly to: Endpoint
  readonly socket: WebSocket
  readonly waiting: Uint8Array[]
}

export interface OutgoingOwner {
  /** The port we listen on: what our hello says. */
  readonly port: number
  readonly maxConnections: number
  /** A datagram could not be sent. Never called from within `send`. */
  readonly failed: (to: Endpoint, code: string) => void
}

export class OutgoingConnections {
  readonly #owner: OutgoingOwner
  /** In the order of their last use. */
  readonly #byEndpoint = new Map<string, Outgoing>()
  #isClosed = false

  constructor(owner: OutgoingOwner) {
    this.#owner = owner
  }

  send({ bytes, endpoint: to }: Datagram): void {
    const key = formatEndpoint(to)
    const known = this.#byEndpoint.get(key)
    this.#byEndpoint.delete(key)
    const outgoing = known ?? this.#dial(to, key)
    this.#byEndpoint.set(key, outgoing)
    if (this.#byEndpoint.size > this.#owner.maxConnections) this.#dropOldest()
    const { socket, waiting } = outgoing
    if (socket.readyState !== WebSocket.OPEN) {
      if (waiting.length < MAX_WAITING) waiting.push(bytes)
    } else if (socket.bufferedAmount < MAX_BUFFERED_BYTES) {
      socket.send(bytes)
    }
  }

  /** Nobody is told of anything any more when this returns. */
  close(): void {
    this.#isClosed = true
    for (const { socket } of this.#byEndpoint.values()) socket.terminate()
    this.#byEndpoint.clear()
  }

  #dial(to: Endpoint, key: string): Outgoing {
    const socket = new WebSocket(`ws://${key}`, {
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      perMessageDeflate: false,
      followRedirects: false,
    })
    const outgoing: Outgoing = { to, socket, waiting: [] }
    let code = 'ECONNRESET'
    socket.on('open', () => {
      socket.send(writeHello(this.#owner.port))
      for (const bytes of outgoing.waiting.splice(0)) socket.send(bytes)
    })
    socket.on('error', (error: Error & { readonly code?: string }) => {
      code = error.code ?? 'ECONNABORTED'
    })
    socket.on('close', () => this.#lost(outgoing, { key, code }))
    // We dialled to speak; nothing is heard here.
    socket.on('message', () => socket.terminate())
    return outgoing
  }

  /** What was still waiting could not be sent; what was under way may or may not have arrived. */
  #lost(outgoing: Outgoing, { key, code }: { readonly key: string; readonly code: string }): void {
    if (this.#byEndpoint.get(key) === outgoing) this.#byEndpoint.delete(key)
    if (!this.#isClosed && outgoing.waiting.length > 0) this.#owner.failed(outgoing.to, code)
  }

  #dropOldest(): void {
    for (const [key, { socket }] of this.#byEndpoint) {
      this.#byEndpoint.delete(key)
      socket.close()
      return
    }
  }
}
