// One client: its WebSocket, and the UDP port that is its own. It says hello first and in time;
// after that datagrams pass both ways, as far as its limits allow.

import type { Datagram, Endpoint, Network, Transport } from '@dht/krpc'
import { TokenBucket } from '@dht/node/core'
import type { RawData, WebSocket } from 'ws'
import { CloseCode } from '../protocol/close-codes.ts'
import { readFrame, writeDatagram, writeFailure } from '../protocol/frame.ts'
import { ALIVE, type Hello, readHello, writeWelcome } from '../protocol/hello.ts'
import type { RelayCounters } from './counters.ts'
import type { DatagramFilter } from './datagram-filter.ts'
import type { RelayConfig } from './options.ts'

/** Time that a client has to answer the end of its connection, ms: ours. */
const GOODBYE_MS = 1_000

/** Time for which nothing is read of a client that sends too fast, ms: ours. */
const PAUSE_MS = 100

/** Pings and pongs of a client: ours; a page answers one ping in 20 s and sends none. */
const CONTROL_FRAMES = { perSecond: 2, burst: 20 } as const

/** What a client gets after its hello. */
export interface Grant {
  readonly network: Network
  readonly transport: Transport
}

export interface SessionOwner {
  readonly config: RelayConfig
  readonly counters: RelayCounters
  /** @returns what the client gets, or the code with which it is refused */
  readonly grant: (hello: Hello) => Grant | number
  /** How datagrams of one direction pass. */
  readonly filterFor: (network: Network) => DatagramFilter
  readonly opened: (local: Endpoint) => void
  /** Nodes that the client may begin with. */
  readonly nodes: (network: Network, local: Endpoint) => readonly Endpoint[]
  readonly closed: (local: Endpoint | undefined) => void
}

interface Port {
  readonly transport: Transport
  readonly toUdp: DatagramFilter
  readonly toClient: DatagramFilter
}

export class ClientSession {
  readonly #socket: WebSocket
  readonly #owner: SessionOwner
  readonly #helloTimer: NodeJS.Timeout
  /** Resolves when the connection is closed. */
  readonly gone: Promise<void>
  #port: Port | undefined
  #local: Endpoint | undefined
  #hasSaidHello = false
  #isEnded = false
  readonly #controlFrames = new TokenBucket(CONTROL_FRAMES)
  /** Beats since the client gave a sign of life. */
  #unansweredPings = 0

  constructor(socket: WebSocket, owner: SessionOwner) {
    this.#socket = socket
    this.#owner = owner
    this.#helloTimer = setTimeout(
      () => this.#refuse(CloseCode.helloTimeout, 'no hello in time'),
      owner.config.helloMs,
    )
    socket.on('message', (data, isBinary) => this.#read(data, isBinary))
    socket.on('pong', () => this.#controlled())
    socket.on('ping', (data) => {
      if (this.#controlled() && !this.#isFull()) socket.pong(data)
    })
    // A frame that is broken or too large ends the connection, and ws closes it.
    socket.on('error', () => {})
    this.gone = new Promise((resolve) => {
      socket.on('close', () => {
        this.#closed()
        resolve()
      })
    })
  }

  /** Pings the client, and drops it when it gave no sign of life twice. */
  ping(): void {
    if (this.#unansweredPings === 2) {
      this.#owner.counters.clientsSilent++
      this.#socket.terminate()
      return
    }
    this.#unansweredPings++
    if (this.#socket.readyState !== this.#socket.OPEN || this.#isFull()) return
    this.#socket.ping()
    if (this.#local !== undefined) this.#socket.send(ALIVE)
  }

  /** Ends the connection. What the client still sends is not read. */
  end(code: number, reason: string): void {
    if (this.#isEnded) return
    this.#isEnded = true
    clearTimeout(this.#helloTimer)
    void this.#port?.transport.close()
    this.#socket.close(code, reason)
    setTimeout(() => this.#socket.terminate(), GOODBYE_MS).unref()
  }

  #refuse(code: number, reason: string): void {
    if (this.#local === undefined && !this.#isEnded) this.#owner.counters.clientsRefused++
    this.end(code, reason)
  }

  #closed(): void {
    this.#isEnded = true
    clearTimeout(this.#helloTimer)
    void this.#port?.transport.close()
    this.#owner.closed(this.#local)
  }

  /** @returns false when there are too many pings and pongs, which ends the connection */
  #controlled(): boolean {
    this.#unansweredPings = 0
    const isInTime = this.#controlFrames.take(1, performance.now())
    if (!isInTime) this.#refuse(CloseCode.badFrame, 'too many pings')
    return isInTime && !this.#isEnded
  }

  #read(data: RawData, isBinary: boolean): void {
    if (this.#isEnded) return
    this.#unansweredPings = 0
    // One Buffer, as long as `binaryType` is what it is by default.
    const { buffer, byteOffset, length } = data as Buffer
    const bytes = new Uint8Array(buffer, byteOffset, length)
    if (this.#hasSaidHello && isBinary) this.#send(bytes)
    else if (this.#hasSaidHello || isBinary) this.#refuse(CloseCode.badFrame, 'no datagram')
    else void this.#welcome(new TextDecoder().decode(bytes))
  }

  /** Never rejects. */
  async #welcome(text: string): Promise<void> {
    this.#hasSaidHello = true
    clearTimeout(this.#helloTimer)
    const hello = readHello(text)
    if (hello === undefined) {
      this.#refuse(CloseCode.badFrame, 'no hello')
      return
    }
    const granted = this.#owner.grant(hello)
    if (typeof granted === 'number') {
      const isSecret = granted === CloseCode.wrongSecret
      this.#refuse(granted, isSecret ? 'wrong secret' : 'no such network here')
      return
    }
    const { filterFor, config, nodes, opened } = this.#owner
    const { network, transport } = granted
    this.#port = { transport, toUdp: filterFor(network), toClient: filterFor(network) }
    try {
      const local = await transport.start({
        received: (batch) => this.#received(batch),
        sendFailed: (to, code) => this.#pass(writeFailure({ to, code })),
        failed: () => this.end(CloseCode.noPort, 'the UDP port failed'),
      })
      if (this.#isEnded) return
      this.#local = local
      opened(local)
      const aliveEveryMs = config.pingEveryMs
      this.#socket.send(writeWelcome({ local, aliveEveryMs, nodes: nodes(network, local) }))
    } catch {
      this.#refuse(CloseCode.noPort, 'no UDP port')
    }
  }

  #send(bytes: Uint8Array): void {
    const port = this.#port
    const [{ counters }, now] = [this.#owner, performance.now()]
    const frame = readFrame(bytes, port?.transport.family ?? 4)
    if (frame?.kind !== 'datagram' || port === undefined) {
      this.#refuse(CloseCode.badFrame, 'no datagram')
      return
    }
    if (port.toUdp.passes(frame, now)) {
      counters.datagramsSent++
      counters.bytesSent += frame.bytes.length
      port.transport.send([frame])
    }
    if (port.toUdp.readyAt(now) > now) this.#pause()
  }

  /**
   * Reads nothing for a while. What has arrived already is dropped; a client that goes on sending
   * fills its own buffers, and costs the relay no time.
   */
  #pause(): void {
    if (this.#socket.isPaused) return
    this.#socket.pause()
    setTimeout(() => this.#socket.resume(), PAUSE_MS)
  }

  #received(batch: readonly Datagram[]): void {
    const [{ counters }, now] = [this.#owner, performance.now()]
    for (const datagram of batch) {
      if (this.#port?.toClient.passes(datagram, now) !== true) continue
      if (!this.#pass(writeDatagram(datagram))) continue
      counters.datagramsReceived++
      counters.bytesReceived += datagram.bytes.length
    }
  }

  /** @returns false when it was dropped */
  #pass(frame: Uint8Array): boolean {
    if (this.#isEnded || this.#local === undefined) return false
    if (this.#isFull()) {
      this.#owner.counters.overflowed++
      return false
    }
    this.#socket.send(frame)
    return true
  }

  #isFull(): boolean {
    return this.#socket.bufferedAmount >= this.#owner.config.maxBufferedBytes
  }
}
