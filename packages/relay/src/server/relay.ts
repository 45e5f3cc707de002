// A relay: gives each WebSocket client a UDP port of its own, and passes the messages of a DHT
// between the two.

import type { Server } from 'node:http'
import { networkInterfaces } from 'node:os'
import type { Endpoint, Family, Network } from '@dht/krpc'
import { udpTransport } from '@dht/krpc/udp'
import type { WebSocket } from 'ws'
import { CloseCode } from '../protocol/close-codes.ts'
import type { Hello } from '../protocol/hello.ts'
import { Admission } from './admission.ts'
import { BootstrapNodes, systemNames } from './bootstrap-nodes.ts'
import { ClientSession, type Grant } from './client-session.ts'
import { newCounters, type RelayCounters } from './counters.ts'
import { DatagramFilter, isMessage, type MessageCheck } from './datagram-filter.ts'
import { Destinations } from './destinations.ts'
import { type RelayConfig, type RelayOptions, resolveRelayOptions } from './options.ts'
import { OwnServer } from './own-server.ts'
import { isSecret } from './secret.ts'
import { Upgrades } from './upgrades.ts'

/** Of each UDP port: ours, less than that of a node, since there may be hundreds. */
const RECEIVE_BUFFER_BYTES = 256 * 1_024

/** A relay at one instant, as plain data. */
export interface RelayInfo {
  /** Connections, those that have not said hello included. */
  readonly connections: number
  /** Clients that have a UDP port. */
  readonly clients: number
  readonly counters: Readonly<RelayCounters>
}

/**
 * Starts a relay.
 *
 * @throws {RelayError} `ERR_DHT_RELAY_OPTION` for options that can't be used,
 *   `ERR_DHT_RELAY_LISTEN` when its address or port can't be had
 */
export async function startRelay(options: RelayOptions = {}): Promise<Relay> {
  const relay = new Relay(resolveRelayOptions(options), isMessage)
  await relay.start()
  return relay
}

export class Relay {
  readonly #config: RelayConfig
  readonly #check: MessageCheck
  readonly #counters = newCounters()
  readonly #admission: Admission
  readonly #bootstrap: BootstrapNodes
  readonly #destinations: Destinations
  readonly #upgrades: Upgrades
  readonly #own: OwnServer | undefined
  readonly #server: Server
  readonly #sessions = new Set<ClientSession>()
  /** The UDP ports of clients, each with its family. */
  readonly #ports = new Set<string>()
  #pingTimer: NodeJS.Timeout | undefined
  #url: string | undefined
  #closing: Promise<void> | undefined

  /** @internal Use {@link startRelay}. */
  constructor(config: RelayConfig, check: MessageCheck) {
    this.#config = config
    this.#check = check
    this.#admission = new Admission(config)
    this.#bootstrap = new BootstrapNodes(config.bootstrap, systemNames)
    this.#destinations = new Destinations({
      isTold: (endpoint) => this.#bootstrap.has(endpoint),
      allowed: config.allow,
      own: () => [...config.ownAddresses, ...machineAddresses()],
      hasPort: (family, port) => this.#ports.has(portKey(family, port)),
    })
    this.#upgrades = new Upgrades({
      config,
      admission: this.#admission,
      refused: () => void this.#counters.clientsRefused++,
      accepted: (socket, address) => this.#begin(socket, address),
    })
    this.#own = config.server === undefined ? new OwnServer(config) : undefined
    this.#server = this.#own?.server ?? config.server!
  }

  /** @internal */
  async start(): Promise<void> {
    this.#server.on('upgrade', this.#upgrades.handle)
    this.#url = await this.#own?.listen()
    void this.#bootstrap.renew(performance.now())
    this.#pingTimer = setInterval(() => this.#pingAll(), this.#config.pingEveryMs)
  }

  /** Where clients connect; undefined on a server of the user's. */
  get url(): string | undefined {
    return this.#url
  }

  info(): RelayInfo {
    return {
      connections: this.#sessions.size,
      clients: this.#ports.size,
      counters: { ...this.#counters },
    }
  }

  /** Ends all connections and closes their ports. Never rejects; a second call has no effect. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    clearInterval(this.#pingTimer)
    // First, so that no client comes while the others go.
    this.#server.off('upgrade', this.#upgrades.handle)
    const sessions = [...this.#sessions]
    for (const session of sessions) session.end(CloseCode.ending, 'the relay ends')
    await Promise.all(sessions.map((session) => session.gone))
    await this.#own?.close()
  }

  #begin(socket: WebSocket, address: string): void {
    const leave = this.#admission.enter(address)
    const session = new ClientSession(socket, {
      config: this.#config,
      counters: this.#counters,
      grant: (hello) => this.#grant(hello),
      filterFor: (network) => this.#filterFor(network),
      opened: (local) => this.#opened(local),
      nodes: ({ name }, { family }) => this.#bootstrap.of(name, family),
      closed: (local) => {
        leave()
        this.#sessions.delete(session)
        if (local !== undefined) this.#ports.delete(portKey(local.family, local.port))
      },
    })
    this.#sessions.add(session)
  }

  #grant({ network: name, family, secret }: Hello): Grant | number {
    const config = this.#config
    if (!isSecret(config.secret, secret)) return CloseCode.wrongSecret
    const network = config.networks.find((each) => each.name === name)
    const address = family === 4 ? config.ipv4 : config.ipv6
    if (network === undefined || address === false) return CloseCode.noSuchNetwork
    return {
      network,
      transport: udpTransport({ family, address, receiveBufferBytes: RECEIVE_BUFFER_BYTES }),
    }
  }

  #filterFor(network: Network): DatagramFilter {
    const [check, destinations, counters] = [this.#check, this.#destinations, this.#counters]
    return new DatagramFilter({ network, destinations, counters, check, limits: this.#config })
  }

  #opened({ family, port }: Endpoint): void {
    this.#counters.clientsAccepted++
    this.#ports.add(portKey(family, port))
  }

  #pingAll(): void {
    this.#destinations.refresh()
    void this.#bootstrap.renew(performance.now())
    for (const session of this.#sessions) session.ping()
  }
}

function portKey(family: Family, port: number): string {
  return `${family} ${port}`
}

function machineAddresses(): string[] {
  const interfaces = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return interfaces.map(({ address }) => address)
}
