// A connection that somebody made to us. It has to say hello first and in time; what comes after
// that are datagrams. We never answer on it.

import { type Datagram, type Endpoint, endpoint } from '@dht/krpc'
import type { WebSocket } from 'ws'
import { readHello } from './hello.ts'

/** A connection that has not said hello by then is closed, ms: ours. */
const HELLO_TIMEOUT_MS = 5_000

export class IncomingConnection {
  readonly #socket: WebSocket
  readonly #remoteAddress: string
  readonly #received: (datagram: Datagram) => void
  readonly #impatience: NodeJS.Timeout
  #from: Endpoint | undefined
  #isClosed = false

  constructor(
    socket: WebSocket,
    owner: {
      /** IP address of the other side, in any spelling. */
      readonly remoteAddress: string
      readonly received: (datagram: Datagram) => void
      readonly closed: () => void
    },
  ) {
    this.#socket = socket
    this.#remoteAddress = owner.remoteAddress
    this.#received = owner.received
    this.#impatience = setTimeout(() => this.close(), HELLO_TIMEOUT_MS)
    socket.binaryType = 'arraybuffer'
    socket.on('message', (data, isBinary) => {
      if (isBinary && data instanceof ArrayBuffer) this.#read(new Uint8Array(data))
      else this.close()
    })
    // What the other side does wrong (a message too large, a broken frame) ends the connection.
    socket.on('error', () => this.close())
    socket.on('close', () => {
      clearTimeout(this.#impatience)
      owner.closed()
    })
  }

  /** Nothing is received any more when this returns. */
  close(): void {
    this.#isClosed = true
    this.#socket.terminate()
  }

  #read(bytes: Uint8Array): void {
    if (this.#isClosed) return
    if (this.#from !== undefined) {
      this.#received({ bytes, endpoint: this.#from })
      return
    }
    const port = readHello(bytes)
    if (port === undefined) {
      this.close()
      return
    }
    clearTimeout(this.#impatience)
    this.#from = endpoint(this.#remoteAddress, port)
  }
}
