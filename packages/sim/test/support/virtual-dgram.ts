// The IPv4 socket of a simulated host with the interface of Node's `dgram`, for code that takes
// such a socket.

import { EventEmitter } from 'node:events'
import { type Endpoint, endpoint } from '@dht/krpc'
import type { Socket } from '@dht/sim'

interface Events {
  readonly listening: []
  readonly message: [bytes: Buffer, from: { readonly address: string; readonly port: number }]
  readonly close: []
  readonly error: [error: Error]
}

export class VirtualDgram extends EventEmitter<Events> {
  readonly #host: Socket

  constructor(host: Socket) {
    super()
    this.#host = host
  }

  /** Handles a packet. Its bytes are shared with other receivers. */
  receive(bytes: Uint8Array, { address, port }: Endpoint): void {
    this.emit('message', Buffer.from(bytes), { address, port })
  }

  bind(): void {
    process.nextTick(() => this.emit('listening'))
  }

  address(): Endpoint | undefined {
    return this.#host.local(4)
  }

  send(...datagram: readonly [Uint8Array, number, number, number, string, () => void]): void {
    const [bytes, offset, length, port, address, done] = datagram
    const sent = Uint8Array.from(bytes.subarray(offset, offset + length))
    this.#host.send(sent, endpoint(address, port))
    process.nextTick(done)
  }

  close(): void {
    process.nextTick(() => this.emit('close'))
  }
}
