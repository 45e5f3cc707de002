// The entry point @dht/krpc/udp: the Transport port over Node's dgram. The only file of the package
// that knows Node.
// True of what it delivers: canonical endpoints, source port not 0, plain Uint8Arrays. Datagrams of
// a link-local IPv6 source are dropped: their address means nothing without a zone, and an Endpoint
// has none. It never resolves a name, and what the network does wrong never throws.

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { expectedNames, showValue } from '@dht/id'
import { type Endpoint, endpoint, type Family, isPort } from './endpoint.ts'
import { BindError, OptionsError } from './errors.ts'
import { addressBytes, addressText } from './ip-address.ts'
import type { Datagram, Transport, TransportHandlers } from './transport.ts'

export { BindError } from './errors.ts'

/** Where to listen. */
export interface UdpOptions {
  /** IPv4 (default) or IPv6; an IPv6 socket takes no IPv4 traffic. */
  readonly family?: Family
  /** Local address to bind, as text; default: every address of the family. */
  readonly address?: string
  /** Local port; default 0: the system chooses. */
  readonly port?: number
  /** Kernel receive buffer to ask for, in bytes. The system may grant less; not used on Deno. */
  readonly receiveBufferBytes?: number
}

/** What holds unless an option says otherwise. */
export const UDP_DEFAULTS: Readonly<Required<Omit<UdpOptions, 'address'>>> = Object.freeze({
  family: 4,
  port: 0,
  // The usual default holds about 256 datagrams, one burst; this lost none of 98,000 per second.
  receiveBufferBytes: 4 * 1024 * 1024,
})

const WILDCARD = { 4: '0.0.0.0', 6: '::' } as const

/**
 * Errors that a socket may report for a datagram that bounced. They say something about another
 * node and nothing about the socket.
 */
const BOUNCED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETRESET',
])

/**
 * Errors of a send after which no other will work: the system no longer knows the socket, or took
 * it away from a program in the background (EPIPE, ENOTCONN on Apple's systems).
 */
const GONE: ReadonlySet<string> = new Set(['EBADF', 'ENOTSOCK', 'EPIPE', 'ENOTCONN'])

/** Times that Bun is given one datagram: ours; each failure tells of another one that bounced. */
const BUN_TRIES = 4

const isBun = Reflect.get(globalThis, 'Bun') !== undefined

/**
 * Makes a UDP transport. Nothing is opened before its `start`, which rejects with a
 * {@link BindError} when the system gives no such socket.
 *
 * @throws {OptionsError} when an option is unknown or out of range
 */
export function udpTransport(options: UdpOptions = {}): Transport {
  return new UdpTransport(resolveUdpOptions(options))
}

type UdpConfig = Readonly<Required<UdpOptions>>

class UdpTransport implements Transport {
  readonly family: Family
  readonly #config: UdpConfig
  readonly #socket: Socket
  #handlers: TransportHandlers | undefined
  #state: 'new' | 'binding' | 'open' | 'failed' | 'closed' = 'new'
  #closing: Promise<void> | undefined
  #isSocketClosed = false
  /** Source of the datagram that arrived last. */
  #lastHeard: Endpoint | undefined

  constructor(config: UdpConfig) {
    this.family = config.family
    this.#config = config
    const type = config.family === 4 ? 'udp4' : 'udp6'
    this.#socket = createSocket({ type, ipv6Only: config.family === 6, lookup: answerLiteral })
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
    this.#askForBuffer()
    return local
  }

  send(batch: readonly Datagram[]): void {
    if (this.#state !== 'open') return
    for (const { bytes, endpoint } of batch) {
      const { address, port } = endpoint
      // A reply goes back the way its query came, so its failure is no news and the callback, which
      // costs a tick each, is saved. Whatever else is sent must be able to fail.
      if (isBun) this.#sendOnBun(bytes, endpoint, BUN_TRIES)
      else if (endpoint === this.#lastHeard) this.#socket.send(bytes, port, address)
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
   * Bun reports a datagram that bounced in place of sending the next one, wherever that goes: so
   * that one is sent again. Lost after all, it is lost as any datagram may be.
   */
  #sendOnBun(bytes: Uint8Array, endpoint: Endpoint, tries: number): void {
    if (this.#state !== 'open' || tries === 0) return
    this.#socket.send(bytes, endpoint.port, endpoint.address, (error: SendError) => {
      if (BOUNCED.has(error?.code ?? '')) this.#sendOnBun(bytes, endpoint, tries - 1)
      else this.#onSent(error)
    })
  }

  #bind(): Promise<Endpoint> {
    const { address, port } = this.#config
    const socket = this.#socket
    return new Promise((resolve, reject) => {
      const refuse = (cause?: unknown) => {
        const expected = 'a local address and port that can be bound'
        reject(new BindError({ what: 'socket', expected, got: `${address} ${port}`, cause }))
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

  #askForBuffer(): void {
    // Deno would read every datagram into a fresh buffer of this size, which is many times slower.
    if (isDeno()) return
    try {
      this.#socket.setRecvBufferSize(this.#config.receiveBufferBytes)
    } catch {
      // Some systems refuse a large buffer instead of granting less; the default serves too.
    }
  }

  readonly #onMessage = (message: Uint8Array, { address, port }: RemoteInfo): void => {
    const endpoint = port === 0 ? undefined : this.#sourceOf(address, port)
    if (endpoint === undefined || this.#state !== 'open') return
    this.#lastHeard = endpoint
    // A Buffer's slices are views and its subarrays are Buffers; the core is to see neither.
    const bytes = new Uint8Array(message.buffer, message.byteOffset, message.length)
    this.#handlers?.received([{ bytes, endpoint }])
  }

  /** The system prints IPv4 canonically; IPv6 it prints with its own ideas and with zones. */
  #sourceOf(address: string, port: number): Endpoint | undefined {
    if (this.family === 4) return { address, port, family: 4 }
    const bytes = addressBytes(address)
    return bytes?.length === 16 ? { address: addressText(bytes), port, family: 6 } : undefined
  }

  /** One function for all datagrams: the error itself says which one it is about. */
  readonly #onSent = (error: SendError): void => {
    if (!error || this.#state !== 'open') return
    const { address = '', port = 0, code = 'UNKNOWN' } = error
    if (GONE.has(code)) {
      this.#fail(error)
      return
    }
    // Without a destination the error is about no datagram of ours.
    if (addressBytes(address) === undefined || !isPort(port)) return
    this.#handlers?.sendFailed(endpoint(address, port), code)
  }

  readonly #onError = (error: Error & SystemError): void => {
    if (!BOUNCED.has(error.code ?? '')) this.#fail(error)
  }

  readonly #onClose = (): void => {
    this.#isSocketClosed = true
    this.#fail(new Error('the socket was closed'))
  }

  /** For good: told once, and nothing after it. */
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

/** Takes the place of Node's name resolution, which would cost every datagram a tick. */
function answerLiteral(address: string, _options: unknown, callback: LookupCallback): void {
  callback(null, address, address.includes(':') ? 6 : 4)
}

function resolveUdpOptions(options: UdpOptions): UdpConfig {
  const known = ['family', 'address', 'port', 'receiveBufferBytes']
  if (typeof options !== 'object' || options === null) refuse('options', 'an object', options)
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) refuse('option', expectedNames(unknown, known), unknown)
  const { family = UDP_DEFAULTS.family, port = UDP_DEFAULTS.port } = options
  const { receiveBufferBytes = UDP_DEFAULTS.receiveBufferBytes } = options
  if (family !== 4 && family !== 6) refuse('family', '4 or 6', family)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) refuse('port', '0 to 65535', port)
  if (!Number.isInteger(receiveBufferBytes) || receiveBufferBytes < 1) {
    refuse('receiveBufferBytes', 'a positive whole number', receiveBufferBytes)
  }
  const { address = WILDCARD[family] } = options
  if (typeof address !== 'string' || addressBytes(address)?.length !== (family === 4 ? 4 : 16)) {
    refuse('address', `an IPv${family} address`, address)
  }
  return Object.freeze({ family, address, port, receiveBufferBytes })
}

function refuse(what: string, expected: string, got: unknown): never {
  throw new OptionsError({ what, expected, got: showValue(got) })
}
