// The Transport port over a relay: each datagram is one message of a WebSocket, and the relay sends
// it from a UDP port that only this transport has. When the connection is lost, so is that port:
// the transport has failed, and the node makes another one.

import type { Datagram, Endpoint, Family, Transport, TransportHandlers } from '@dht/krpc'
import { RelayError } from '../errors.ts'
import { readFrame, SUBPROTOCOL, writeDatagram } from '../protocol/frame.ts'
import { readWelcome, type Welcome, writeHello } from '../protocol/hello.ts'
import {
  type RelayTransportConfig,
  type RelayTransportOptions,
  resolveTransportOptions,
} from './options.ts'
import { type RelaySocket, SOCKET_OPEN } from './relay-socket.ts'

/** Bytes that may wait to be sent; further datagrams are dropped: ours. */
const MAX_BUFFERED_BYTES = 256 * 1_024

/**
 * Makes a transport that is not started yet. Give it to a node as a function, so that a lost
 * connection is made again, with waits that grow: `transports: [() => relayTransport(options)]`.
 * The UDP port is another one then.
 *
 * `start` rejects with `ERR_DHT_RELAY_REFUSED` when the relay refuses this client, and with
 * `ERR_DHT_RELAY_LOST` when it can't be reached in time.
 *
 * @throws {RelayError} `ERR_DHT_RELAY_OPTION` for options that can't be used
 */
export function relayTransport(options: RelayTransportOptions): Transport {
  return new RelayTransport(resolveTransportOptions(options), () => {})
}

export class RelayTransport implements Transport {
  readonly family: Family
  readonly #config: RelayTransportConfig
  readonly #told: (nodes: readonly Endpoint[]) => void
  #state: 'new' | 'opening' | 'open' | 'ended' = 'new'
  #socket: RelaySocket | undefined
  #handlers: TransportHandlers | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #hasHeard = false
  #opened: PromiseWithResolvers<Endpoint> | undefined

  /** @param told - called with the nodes that the relay tells of */
  constructor(config: RelayTransportConfig, told: (nodes: readonly Endpoint[]) => void) {
    this.family = config.family
    this.#config = config
    this.#told = told
  }

  async start(handlers: TransportHandlers): Promise<Endpoint> {
    if (this.#state !== 'new') {
      throw new RelayError('ERR_DHT_RELAY_CLOSED', 'a transport is started once, and not closed')
    }
    this.#state = 'opening'
    this.#handlers = handlers
    const opened = withResolvers<Endpoint>()
    this.#opened = opened
    this.#timer = setTimeout(() => this.#lose('no answer in time'), this.#config.openMs)
    try {
      this.#connect()
    } catch (cause) {
      this.#lose('the runtime refuses the connection', cause)
    }
    return opened.promise
  }

  send(batch: readonly Datagram[]): void {
    for (const datagram of batch) {
      const socket = this.#socket
      if (this.#state !== 'open' || socket?.readyState !== SOCKET_OPEN) return
      if (datagram.endpoint.family !== this.family) continue
      const frame = writeDatagram(datagram)
      if (socket.bufferedAmount < MAX_BUFFERED_BYTES) socket.send(frame)
    }
  }

  async close(): Promise<void> {
    if (this.#state === 'ended') return
    const error = new RelayError('ERR_DHT_RELAY_CLOSED', 'the transport was closed')
    const opened = this.#opened
    this.#end()
    opened?.reject(error)
  }

  #connect(): void {
    const { url, webSocket, network, family, secret } = this.#config
    const socket = new webSocket(url, [SUBPROTOCOL]) as RelaySocket
    this.#socket = socket
    socket.binaryType = 'arraybuffer'
    const hello = { network: network.name, family, ...(secret !== undefined && { secret }) }
    socket.addEventListener('open', () => {
      if (this.#state === 'opening') socket.send(writeHello(hello))
      else socket.close()
    })
    socket.addEventListener('message', ({ data }: { readonly data: unknown }) => this.#read(data))
    // It has no description in a browser, and the event that follows has a code.
    socket.addEventListener('error', () => {})
    socket.addEventListener(
      'close',
      ({ code, reason }: { readonly code: number; readonly reason: string }) =>
        this.#closed(code, reason),
    )
  }

  #read(data: unknown): void {
    this.#hasHeard = true
    if (typeof data === 'string') {
      const welcome = this.#state === 'opening' ? readWelcome(data) : undefined
      if (welcome?.local.family === this.family) this.#open(welcome)
    } else if (data instanceof ArrayBuffer && this.#state === 'open') {
      this.#readFrame(new Uint8Array(data))
    }
  }

  #readFrame(bytes: Uint8Array): void {
    const frame = readFrame(bytes, this.family)
    if (frame?.kind === 'datagram') {
      this.#handlers?.received([{ bytes: frame.bytes, endpoint: frame.endpoint }])
    } else if (frame?.kind === 'failure') {
      this.#handlers?.sendFailed(frame.to, frame.code)
    }
  }

  #open({ local, aliveEveryMs, nodes }: Welcome): void {
    this.#state = 'open'
    this.#listenFor(aliveEveryMs)
    this.#opened?.resolve(local)
    this.#told(nodes)
  }

  /**
   * Loses a relay that gives no sign of life. A page can't send pings, and notices a broken path
   * only by silence. Two silent spans are needed: a page that was asleep handles its timer before
   * the messages that have arrived meanwhile.
   */
  #listenFor(aliveEveryMs: number): void {
    clearTimeout(this.#timer)
    let silent = 0
    const check = (): void => {
      silent = this.#hasHeard ? 0 : silent + 1
      this.#hasHeard = false
      if (silent === 2) this.#lose('no sign of life')
      else this.#timer = setTimeout(check, 1.5 * aliveEveryMs)
    }
    check()
  }

  #closed(code: number, reason: string): void {
    const isRefusal = code >= 4_000 && code <= 4_999
    if (!isRefusal) this.#lose(reason === '' ? `closed with ${code}` : reason)
    else this.#fail(refusal(code, reason))
  }

  #lose(why: string, cause?: unknown): void {
    const message = `${this.#config.url}: the connection to the relay was lost: ${why}`
    this.#fail(new RelayError('ERR_DHT_RELAY_LOST', message, { cause }))
  }

  #fail(error: RelayError): void {
    const [state, handlers, opened] = [this.#state, this.#handlers, this.#opened]
    this.#end()
    if (state === 'opening') opened?.reject(error)
    else if (state === 'open') handlers?.failed(error)
  }

  /** Nothing is told any more. */
  #end(): void {
    this.#state = 'ended'
    clearTimeout(this.#timer)
    this.#handlers = undefined
    this.#socket?.close()
    this.#socket = undefined
  }
}

function refusal(closeCode: number, reason: string): RelayError {
  const message = `the relay refuses this client: ${reason} (${closeCode})`
  return new RelayError('ERR_DHT_RELAY_REFUSED', message, { closeCode })
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: Error) => void
}

/** `Promise.withResolvers`, which Node 20 has not. */
function withResolvers<T>(): PromiseWithResolvers<T> {
  let parts: Omit<PromiseWithResolvers<T>, 'promise'> | undefined
  const promise = new Promise<T>((resolve, reject) => {
    parts = { resolve, reject }
  })
  return { promise, ...parts! }
}
