// Relays, their clients and UDP peers on loopback, closed at the end of a test.

import { once } from 'node:events'
import {
  type Datagram,
  dht256,
  type Endpoint,
  encodeMessage,
  type Network,
  type Transport,
} from '@dht/krpc'
import { udpTransport } from '@dht/krpc/udp'
import { onTestFinished } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import { relayTransport } from '../../src/client/relay-transport.ts'
import { readFrame, SUBPROTOCOL, writeDatagram } from '../../src/protocol/frame.ts'
import { readWelcome, writeHello } from '../../src/protocol/hello.ts'
import type { RelayOptions } from '../../src/server/options.ts'
import { type Relay, startRelay } from '../../src/server/relay.ts'

/** On loopback, and open to it. */
export const LOCAL: RelayOptions = {
  ipv4: '127.0.0.1',
  ipv6: '::1',
  allow: ['127.0.0.0/8', '::1/128'],
}

export async function relayOf(options: RelayOptions = {}): Promise<Relay> {
  const relay = await startRelay({ ...LOCAL, ...options })
  onTestFinished(() => relay.close())
  return relay
}

/** A transport through the relay, as a page has it. */
export function transportOf(relay: Relay, options: object = {}): Transport {
  const transport = relayTransport({ url: relay.url!, webSocket: WebSocket, ...options })
  onTestFinished(() => transport.close())
  return transport
}

export interface Party {
  readonly transport: Transport
  readonly local: Endpoint
  readonly received: Datagram[]
  readonly failed: [Endpoint, string][]
  readonly losses: Error[]
  send(to: Endpoint, ...datagrams: Uint8Array[]): void
}

/** Starts a transport, and keeps what it tells. */
export async function partyOf(transport: Transport): Promise<Party> {
  const received: Datagram[] = []
  const failed: [Endpoint, string][] = []
  const losses: Error[] = []
  onTestFinished(() => transport.close())
  const local = await transport.start({
    received: (batch) => {
      received.push(...batch.map(({ bytes, endpoint }) => ({ bytes: bytes.slice(), endpoint })))
    },
    sendFailed: (to, code) => void failed.push([to, code]),
    failed: (error) => void losses.push(error),
  })
  const send = (to: Endpoint, ...datagrams: Uint8Array[]): void =>
    transport.send(datagrams.map((bytes) => ({ bytes, endpoint: to })))
  return { transport, local, received, failed, losses, send }
}

export const udpParty = (family: 4 | 6 = 4): Promise<Party> =>
  partyOf(udpTransport({ family, address: family === 4 ? '127.0.0.1' : '::1' }))

/** A client that does what the test tells it to. */
export class RawClient {
  readonly socket: WebSocket
  readonly texts: string[] = []
  readonly datagrams: Datagram[] = []
  closeCode: number | undefined

  constructor(url: string, options: ClientOptions = {}, protocols: string[] = [SUBPROTOCOL]) {
    this.socket = new WebSocket(url, protocols, options)
    onTestFinished(() => this.socket.terminate())
    this.socket.on('error', () => {})
    this.socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (!isBinary) this.texts.push(data.toString())
      const frame = isBinary ? readFrame(new Uint8Array(data), 4) : undefined
      if (frame?.kind === 'datagram') this.datagrams.push(frame)
    })
    this.socket.on('close', (code) => {
      this.closeCode = code
    })
  }

  async open(): Promise<this> {
    await once(this.socket, 'open')
    return this
  }

  /** Says hello, and waits for the welcome. @returns its endpoint */
  async welcome(
    hello: { readonly secret?: string; readonly family?: 4 | 6 } = {},
  ): Promise<Endpoint> {
    this.socket.send(writeHello({ network: 'dht256', family: 4, ...hello }))
    await once(this.socket, 'message')
    return readWelcome(this.texts[0] ?? '')!.local
  }

  send(to: Endpoint, bytes: Uint8Array): void {
    this.socket.send(writeDatagram({ bytes, endpoint: to }))
  }
}

export async function clientOf(relay: Relay, options: ClientOptions = {}): Promise<RawClient> {
  return new RawClient(relay.url!, options).open()
}

/** A message of a network: a ping with a number in it. */
export function pingOf(number = 0, network: Network = dht256): Uint8Array {
  const id = new Uint8Array(network.idLength).fill(7)
  const transactionId = Uint8Array.of(number >> 8, number & 0xff)
  return encodeMessage({ kind: 'query', method: 'ping', transactionId, id } as never, network)
}

export const pass = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))
