// The HTTP server of a relay that has none of its user. It serves nothing but WebSockets, and ends
// connections that send no whole request in time.

import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { RelayError } from '../errors.ts'
import { Admission, clientKey } from './admission.ts'
import type { RelayConfig } from './options.ts'

/** Connections for each client that is allowed: some have only begun, others are ending. */
const CONNECTIONS_PER_CLIENT = 2

export class OwnServer {
  readonly #config: RelayConfig
  readonly server: Server

  constructor(config: RelayConfig) {
    this.#config = config
    const { helloMs, maxClients, maxClientsPerAddress } = config
    this.server = createServer(
      { headersTimeout: helloMs, requestTimeout: helloMs, connectionsCheckingInterval: 1_000 },
      (_, response) => response.writeHead(426, { connection: 'close' }).end(),
    )
    // Ends connections that are open and send nothing; ws sets it off for its own.
    this.server.setTimeout(helloMs)
    const admission = new Admission({
      maxClients: CONNECTIONS_PER_CLIENT * maxClients,
      maxClientsPerAddress: CONNECTIONS_PER_CLIENT * maxClientsPerAddress,
    })
    this.server.on('connection', (socket) => admit(socket, admission, config))
  }

  /**
   * @returns the URL of the relay
   * @throws {RelayError} `ERR_DHT_RELAY_LISTEN`
   */
  listen(): Promise<string> {
    const { host, port, path } = this.#config
    return new Promise((resolve, reject) => {
      this.server.once('error', (cause) => {
        const message = `the relay can't listen on ${host} port ${port}: ${cause.message}`
        reject(new RelayError('ERR_DHT_RELAY_LISTEN', message, { cause }))
      })
      this.server.listen({ host, port, exclusive: true }, () => {
        // From here on an error concerns one connection: no more files, for instance.
        this.server.on('error', () => {})
        const { address, family, port: bound } = this.server.address() as AddressInfo
        const name = family === 'IPv6' ? `[${address}]` : address
        resolve(`ws://${name}:${bound}${path}`)
      })
    })
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve())
      this.server.closeAllConnections()
    })
  }
}

/** Behind a proxy all connections have its address, so there they are only counted together. */
function admit(socket: Socket, admission: Admission, { addressOf }: RelayConfig): void {
  const { remoteAddress = '', remotePort } = socket
  const address = addressOf === undefined ? clientKey(remoteAddress) : String(remotePort)
  if (admission.isFull(address)) {
    socket.destroy()
    return
  }
  socket.once('close', admission.enter(address))
}
