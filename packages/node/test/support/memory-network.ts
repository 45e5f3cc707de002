// A network of transports in one process: what is sent to an endpoint arrives there a little later.
// `later` decides when and in which order. A datagram is lost only if no transport is there.

import {
  type Datagram,
  type Endpoint,
  endpoint,
  formatEndpoint,
  type Transport,
  type TransportHandlers,
} from '@dht/krpc'

export type Later = (happen: () => void) => void

export class MemoryNetwork {
  /** Every datagram sent, in order. */
  readonly sent: (Datagram & { readonly from: Endpoint })[] = []
  /** Datagrams sent that have not arrived. */
  inFlight = 0
  readonly #places = new Map<string, TransportHandlers>()
  /** Delivers a datagram later. */
  later: Later = setImmediate
  /** Addresses whose datagrams are held back until `release`. */
  readonly held: Set<string> = new Set()
  #waiting: (() => void)[] = []

  /** Transports started and not closed. */
  get open(): number {
    return this.#places.size
  }

  transport(address: string, port: number): Transport {
    const local = endpoint(address, port)
    const key = formatEndpoint(local)
    let isClosed = false
    return {
      family: local.family,
      start: async (handlers) => {
        if (isClosed) throw new Error(`${key} was closed`)
        if (this.#places.has(key)) throw new Error(`${key} is in use`)
        this.#places.set(key, handlers)
        return local
      },
      send: (batch) => {
        if (isClosed || !this.#places.has(key)) return
        for (const { bytes, endpoint: to } of batch) this.#send(bytes, local, to)
      },
      close: async () => {
        isClosed = true
        this.#places.delete(key)
      },
    }
  }

  /** Delivers what was held back, and holds nothing back any more. */
  release(): void {
    this.held.clear()
    const waiting = this.#waiting
    this.#waiting = []
    for (const send of waiting) send()
  }

  #send(bytes: Uint8Array, from: Endpoint, to: Endpoint): void {
    this.sent.push({ bytes, endpoint: to, from })
    if (this.held.has(from.address)) this.#waiting.push(() => this.#carry(bytes, from, to))
    else this.#carry(bytes, from, to)
  }

  #carry(bytes: Uint8Array, from: Endpoint, to: Endpoint): void {
    this.inFlight++
    this.later(() => {
      this.inFlight--
      // The bytes are lent, as the port allows, and overwritten after `received` returns.
      const lent = bytes.slice()
      this.#places.get(formatEndpoint(to))?.received([{ bytes: lent, endpoint: from }])
      lent.fill(0xee)
    })
  }
}
