// The Transport port over Node's dgram. Only this folder of the package knows Node.
// It delivers canonical endpoints with a source port other than 0, and plain Uint8Arrays. Datagrams
// from a link-local IPv6 source are dropped: such an address means nothing without its zone, and an
// Endpoint has no zone. It never resolves a name. Errors of the network never throw.

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { type Endpoint, endpoint, type Family, isPort, sameEndpoint } from '../address/endpoint.ts'
import { addressBytes, addressText } from '../address/ip-address.ts'
import { BindError } from '../errors.ts'
import type { Datagram, Transport, TransportHandlers } from '../transport/transport.ts'
import { resolveUdpOptions, type UdpConfig, type UdpOptions } from './udp-options.ts'

/**
 * Errors that a socket may report when an ICMP message said that a datagram was not delivered. They
 * concern another node, not the socket.
 */
const ICMP_ERRORS: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETRESET',
])

/**
 * Send errors after which no other send will work: the system no longer knows the socket, or took
 * it away from a program in the background (EPIPE, ENOTCONN on Apple's systems).
 */
const SOCKET_GONE: ReadonlySet<string> = new Set(['EBADF', 'ENOTSOCK', 'EPIPE', 'ENOTCONN'])

/** Most sends of one datagram on Bun. Ours: each failure reports the ICMP error of another one. */
const BUN_TRIES = 4

const isBun = Reflect.get(globalThis, 'Bun') !== undefined

/**
 * Makes a UDP transport. Its `start` opens the socket, and rejects with a {@link BindError} when
 * the system refuses one.
 *
 * @throws {OptionsError} when an option is unknown or out of range
 */
export function udpTransport(options: UdpOptions = {}): Transport {
  return new UdpTransport(resolveUdpOptions(options))
}

class UdpTransport implements Transport {
  readonly family: Family
  readonly #config: UdpConfig
  readonly #socket: Socket
  #handlers: TransportHandlers | undefined
  #state: 'new' | 'binding' | 'open' | 'failed' | 'closed' = 'new'
  #closing: Promise<void> | undefined
  #isSocketClosed = false
  /** Source of the datagram that is being received. */
  #receivingFrom: Endpoint | undefined

  constructor(config: UdpConfig) {
    this.family = config.family
    this.#config = config
    const type = config.family === 4 ? 'udp4' : 'udp6'
    this.#socket = createSocket({ type, ipv6Only: config.family === 6, lookup: passLiteral })
    this.#socket.on('message', this.#onMessage)
    this.#socket.on('error', this.#onError)
    this.#socket.on('close', this.#onClose)
  }

  async start(handlers: TransportHandlers): Promise<Endpoint> {
    if (this.#state !== 'new') {
      throw new BindError({ what: 'transport', expected: 'one start', got: this.#state })
    }
    this.#state = 'binding'
    this.#handlers = handlers
    const local = await this.#bind()
    this.#requestBuffer()
    return local
  }

  send(batch: readonly Datagram[]): void {
    if (this.#state !== 'open') return
    const source = this.#receivingFrom
    for (const { bytes, endpoint } of batch) {
      const { address, port } = endpoint
      const isReply = source !== undefined && sameEndpoint(endpoint, source)
      // A reply that fails concerns no query of ours, so it is sent without a callback, which would
      // cost a tick. All other sends report their failure.
      if (isBun) this.#sendOnBun(bytes, endpoint, BUN_TRIES)
      else if (isReply) this.#socket.send(bytes, port, address)
      else this.#socket.send(bytes, port, address, this.#onSent)
    }
  }

  close(): Promise<void> {
    this.#state = 'closed'
    this.#closing ??= new Promise((resolve) => {
      if (this.#isSocketClosed) resolve()
      else this.#socket.close(resolve)
    })
    return this.#closing
  }

  /**
   * Bun reports an ICMP error of an earlier datagram instead of sending the next one, whatever its
   * destination. So the next one is sent again, up to BUN_TRIES times.
   */
  #sendOnBun(bytes: Uint8Array, endpoint: Endpoint, tries: number): void {
    if (this.#state !== 'open' || tries === 0) return
    this.#socket.send(bytes, endpoint.port, endpoint.address, (error: SendError) => {
      if (ICMP_ERRORS.has(error?.code ?? '')) this.#sendOnBun(bytes, endpoint, tries - 1)
      else this.#onSent(error)
    })
  }

  #bind(): Promise<Endpoint> {
    const { address, port } = this.#config
    const socket = this.#socket
    return new Promise((resolve, reject) => {
      const refuse = (cause?: unknown) => {
        const expected = 'a local address and port that can be bound'
        const reason = (cause as SendError)?.code
        const got = `${address} ${port}${reason === undefined ? '' : `: ${reason}`}`
        reject(new BindError({ what: 'socket', expected, got, cause }))
      }
      socket.once('error', refuse)
      socket.once('close', refuse)
      socket.bind({ address, port, exclusive: true }, () => {
        socket.off('error', refuse)
        socket.off('close', refuse)
        if (this.#state !== 'binding') return refuse()
        this.#state = 'open'
        const local = socket.address()
        return resolve(endpoint(local.address, local.port))
      })
    })
  }

  #requestBuffer(): void {
    // Deno would read every datagram into a fresh buffer of this size, which is many times slower.
    if (isDeno()) return
    try {
      this.#socket.setRecvBufferSize(this.#config.receiveBufferBytes)
    } catch {
      // Some systems refuse a large buffer instead of granting less. The default works too.
    }
  }

  readonly #onMessage = (message: Uint8Array, { address, port }: RemoteInfo): void => {
    const endpoint = port === 0 ? undefined : this.#sourceOf(address, port)
    if (endpoint === undefined || this.#state !== 'open') return
    // Slices of a Buffer are views, and its subarrays are Buffers. The core expects neither.
    const bytes = new Uint8Array(message.buffer, message.byteOffset, message.length)
    this.#receivingFrom = endpoint
    try {
      this.#handlers?.received([{ bytes, endpoint }])
    } finally {
      this.#receivingFrom = undefined
    }
  }

  /** The system prints IPv4 canonically. It prints IPv6 in other spellings, and with zones. */
  #sourceOf(address: string, port: number): Endpoint | undefined {
    if (this.family === 4) return { address, port, family: 4 }
    const bytes = addressBytes(address)
    return bytes?.length === 16 ? { address: addressText(bytes), port, family: 6 } : undefined
  }

  /** One callback for all datagrams: the error names the destination. */
  readonly #onSent = (error: SendError): void => {
    if (!error || this.#state !== 'open') return
    const { address = '', port = 0, code = 'UNKNOWN' } = error
    if (SOCKET_GONE.has(code)) {
      this.#fail(error)
      return
    }
    // An error without a destination concerns no datagram of ours.
    if (addressBytes(address) === undefined || !isPort(port)) return
    this.#handlers?.sendFailed(endpoint(address, port), code)
  }

  readonly #onError = (error: Error & SystemError): void => {
    if (!ICMP_ERRORS.has(error.code ?? '')) this.#fail(error)
  }

  readonly #onClose = (): void => {
    this.#isSocketClosed = true
    this.#fail(new Error('the socket was closed'))
  }

  /** Reports that the transport is broken. It reports nothing after that. */
  #fail(error: Error): void {
    if (this.#state !== 'open') return
    this.#state = 'failed'
    this.#handlers?.failed(error)
  }
}

type SendError = (Error & SystemError) | null | undefined

interface SystemError {
  readonly code?: string
  readonly address?: string
  readonly port?: number
}

function isDeno(): boolean {
  return Reflect.get(globalThis, 'Deno') !== undefined
}

type LookupCallback = (error: Error | null, address: string, family: number) => void

/** Replaces Node's name resolution, which would cost every datagram a tick. */
function passLiteral(address: string, _options: unknown, callback: LookupCallback): void {
  callback(null, address, address.includes(':') ? 6 : 4)
}
