// The Transport port over WebSockets. Each datagram is one binary message. A connection carries
// datagrams one way only, from the side that dialled it: so an answer always goes where the sender
// says it listens, and whoever claims a port that is not his never sees it. That is the proof of
// address that UDP gives, and that write tokens build on.

import { once } from 'node:events'
import type { TransportHandlers } from '@dht/krpc'
import { type Datagram, type Endpoint, endpoint, type Family, type Transport } from '@dht/krpc'
import { WebSocketServer } from 'ws'
import { IncomingConnection } from './incoming-connection.ts'
import { OutgoingConnections } from './outgoing-connections.ts'

export interface WebSocketTransportOptions {
  /** IP address to listen on. Default 127.0.0.1. */
  readonly address?: string
  /** TCP port; 0, the default, lets the system choose. */
  readonly port?: number
  /** Connections kept each way; the one unused for longest gives way. Default 256: ours. */
  readonly maxConnections?: number
}

/** Largest datagram taken: nothing larger is a message of the DHT (see `decodeMessage`). */
const MAX_DATAGRAM_BYTES = 1_500

/** A transport that listens when it is started, and not before. */
export function webSocketTransport(options: WebSocketTransportOptions = {}): Transport {
  return new WebSocketTransport(options)
}

class WebSocketTransport implements Transport {
  readonly family: Family
  readonly #options: Required<WebSocketTransportOptions>
  readonly #incoming = new Set<IncomingConnection>()
  #server: WebSocketServer | undefined
  #outgoing: OutgoingConnections | undefined
  #closing: Promise<void> | undefined

  constructor({
    address = '127.0.0.1',
    port = 0,
    maxConnections = 256,
  }: WebSocketTransportOptions) {
    this.#options = { address, port, maxConnections }
    this.family = address.includes(':') ? 6 : 4
  }

  async start(handlers: TransportHandlers): Promise<Endpoint> {
    if (this.#server !== undefined || this.#closing !== undefined) {
      throw new Error('a transport is started once, and not after it was closed')
    }
    const { address, port, maxConnections } = this.#options
    const server = new WebSocketServer({
      host: address,
      port,
      maxPayload: MAX_DATAGRAM_BYTES,
      // Messages are small and nothing may swell when it is unpacked.
      perMessageDeflate: false,
    })
    this.#server = server
    await once(server, 'listening')
    server.on('error', (error) => handlers.failed(error))
    server.on('connection', (socket, { socket: { remoteAddress = '' } }) => {
      const closed = (): void => void this.#incoming.delete(connection)
      const received = (datagram: Datagram): void => handlers.received([datagram])
      const connection = new IncomingConnection(socket, { remoteAddress, received, closed })
      this.#incoming.add(connection)
      if (this.#incoming.size > maxConnections) this.#dropOldest()
    })
    const bound = server.address() as { readonly address: string; readonly port: number }
    const failed = (to: Endpoint, code: string): void => handlers.sendFailed(to, code)
    this.#outgoing = new OutgoingConnections({ port: bound.port, maxConnections, failed })
    return endpoint(bound.address, bound.port)
  }

  send(batch: readonly Datagram[]): void {
    for (const datagram of batch) this.#outgoing?.send(datagram)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#outgoing?.close()
    this.#outgoing = undefined
    for (const connection of this.#incoming) connection.close()
    const server = this.#server
    if (server === undefined) return
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  #dropOldest(): void {
    const [oldest] = this.#incoming
    oldest?.close()
  }
}
