// The options of a relay, their defaults and their checks.

import type { IncomingMessage, Server } from 'node:http'
import { BlockList } from 'node:net'
import { addressBytes, dht256, type Network } from '@dht/krpc'
import { checkOptionNames, optionError } from '../errors.ts'

/** Limits of one client, in each direction. Bytes are those of UDP payloads. */
export interface RelayLimits {
  /** Clients at a time, those that have not said hello included. Default 256: ours. */
  readonly maxClients?: number
  /** The same from one address. Default 16: ours, for a household or an office. */
  readonly maxClientsPerAddress?: number
  /** Datagrams a second, in bursts of twice as many. Default 200: ours; a busy node needs 100. */
  readonly datagramsPerSecond?: number
  /** Bytes a second, in bursts of twice as many. Default 128 KiB: ours. */
  readonly bytesPerSecond?: number
  /** Bytes that wait for a slow client; what exceeds them is dropped. Default 256 KiB: ours. */
  readonly maxBufferedBytes?: number
  /** Longest time to the hello, ms. Default 5 s: ours. */
  readonly helloMs?: number
  /** Time between two pings; a client that misses two is dropped, ms. Default 20 s: ours. */
  readonly pingEveryMs?: number
}

export interface RelayOptions extends RelayLimits {
  /** Address to listen on. Default `127.0.0.1`. Any but a loopback address needs a secret. */
  readonly host?: string
  /** TCP port; 0, the default, lets the system choose. */
  readonly port?: number
  /**
   * An HTTP or HTTPS server of yours, in place of `host` and `port`. It needs a secret, and limits
   * of its own for connections that send no request. The relay does not close it.
   */
  readonly server?: Server
  /** Path of the URL. Default `/dht-relay`. Requests for other paths are left to others. */
  readonly path?: string
  /** What clients must know: 16 characters or more. Default: none, on loopback only. */
  readonly secret?: string
  /**
   * Origins whose pages may connect, such as `https://example.org`. Default: none. Clients without
   * an origin are no pages, and may connect.
   */
  readonly origins?: readonly string[]
  /** Networks whose messages are passed on. Default `dht256` alone. */
  readonly networks?: readonly Network[]
  /**
   * Nodes that clients are told to begin with, `host:port`, by the name of their network. Clients
   * may reach these endpoints whatever their addresses are. Default: none.
   */
  readonly bootstrap?: Readonly<Record<string, readonly string[]>>
  /** IPv4 address of the UDP ports, or false for none. Default `0.0.0.0`. */
  readonly ipv4?: string | false
  /** IPv6 address of the UDP ports, or false for none. Default `::`. */
  readonly ipv6?: string | false
  /**
   * Subnets that clients may reach though they are not public, for instance `127.0.0.0/8` in a
   * test. Default: none.
   */
  readonly allow?: readonly string[]
  /** Addresses that lead to this machine and that its system does not know: those of a router. */
  readonly ownAddresses?: readonly string[]
  /**
   * The address of a client, for relays behind a proxy. Default: that of its connection. A header
   * is to be believed only if the proxy replaces what clients write there.
   */
  readonly addressOf?: (request: IncomingMessage) => string
}

type Optional = 'secret' | 'server' | 'addressOf'

export type RelayConfig = Readonly<Required<Omit<RelayOptions, Optional>>> &
  Pick<RelayOptions, Optional>

export const RELAY_DEFAULTS: Readonly<Required<Omit<RelayOptions, Optional>>> = Object.freeze({
  host: '127.0.0.1',
  port: 0,
  path: '/dht-relay',
  origins: Object.freeze([]),
  networks: Object.freeze([dht256]),
  bootstrap: Object.freeze({}),
  ipv4: '0.0.0.0',
  ipv6: '::',
  allow: Object.freeze([]),
  ownAddresses: Object.freeze([]),
  maxClients: 256,
  maxClientsPerAddress: 16,
  datagramsPerSecond: 200,
  bytesPerSecond: 128 * 1_024,
  maxBufferedBytes: 256 * 1_024,
  helloMs: 5_000,
  pingEveryMs: 20_000,
})

const LIMITS = [
  'maxClients',
  'maxClientsPerAddress',
  'datagramsPerSecond',
  'bytesPerSecond',
  'maxBufferedBytes',
  'helloMs',
  'pingEveryMs',
] as const

const SPANS = ['helloMs', 'pingEveryMs'] as const
/** An hour. */
const MOST_MS = 3_600_000

const NAMES = [...Object.keys(RELAY_DEFAULTS), 'secret', 'server', 'addressOf']

/** A shorter one could be guessed. */
const LEAST_SECRET = 16

/** @throws {RelayError} `ERR_DHT_RELAY_OPTION` naming the option and its value */
export function resolveRelayOptions(options: RelayOptions = {}): RelayConfig {
  checkOptionNames(options, NAMES)
  const given = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  )
  const config: RelayConfig = Object.freeze({ ...RELAY_DEFAULTS, ...given })
  for (const name of SPANS) {
    // Longer timers would ring at once.
    if (config[name] > MOST_MS) throw optionError(name, `${MOST_MS} at most`, config[name])
  }
  for (const name of LIMITS) {
    const value = config[name]
    if (!(typeof value === 'number' && value >= 1))
      throw optionError(name, 'a number from 1', value)
  }
  checkPlaces(config)
  checkSecret(config)
  checkLists(config)
  return config
}

function checkPlaces({ host, port, path, ipv4, ipv6, server, addressOf }: RelayConfig): void {
  if (!isAddress(host, [4, 16])) throw optionError('host', 'an IP address', host)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw optionError('port', 'a whole number from 0 to 65535', port)
  }
  if (typeof path !== 'string' || !/^\/[^?#\s]*$/.test(path)) {
    throw optionError('path', 'a path such as /dht-relay', path)
  }
  if (ipv4 !== false && !isAddress(ipv4, [4]))
    throw optionError('ipv4', 'an address or false', ipv4)
  if (ipv6 !== false && !isAddress(ipv6, [16])) {
    throw optionError('ipv6', 'an address or false', ipv6)
  }
  if (ipv4 === false && ipv6 === false) throw optionError('ipv4 and ipv6', 'one address', false)
  if (server !== undefined && typeof server?.on !== 'function') {
    throw optionError('server', 'a server of node:http or node:https', server)
  }
  if (addressOf !== undefined && typeof addressOf !== 'function') {
    throw optionError('addressOf', 'a function', addressOf)
  }
}

function checkSecret({ secret, server, host }: RelayConfig): void {
  if (secret === undefined) {
    if (server === undefined && isLoopback(host)) return
    throw optionError('secret', 'one, since others than this machine can connect', secret)
  }
  // Never with its value.
  if (typeof secret !== 'string') throw optionError('secret', 'a string', typeof secret)
  if (secret.length < LEAST_SECRET) {
    throw optionError('secret', `${LEAST_SECRET} characters or more`, secret.length)
  }
}

function checkLists(config: RelayConfig): void {
  const { origins, networks, allow, bootstrap, ownAddresses } = config
  if (typeof bootstrap !== 'object' || bootstrap === null) {
    throw optionError('bootstrap', 'an object of lists', bootstrap)
  }
  const lists = { origins, networks, allow, ownAddresses }
  for (const [name, value] of Object.entries(lists)) {
    if (!Array.isArray(value)) throw optionError(name, 'a list', value)
  }
  const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text
  const bad = origins.find((text) => typeof text !== 'string' || !isOrigin(text))
  if (bad !== undefined) throw optionError('origins', 'origins such as https://example.org', bad)
  if (networks.length === 0) throw optionError('networks', 'one network or more', networks)
  const noNetwork = networks.find((network) => typeof network?.name !== 'string')
  if (noNetwork !== undefined) throw optionError('networks', 'networks', noNetwork)
  const noAddress = ownAddresses.find((text) => !isAddress(text, [4, 16]))
  if (noAddress !== undefined) throw optionError('ownAddresses', 'IP addresses', noAddress)
}

function isAddress(text: unknown, lengths: readonly number[]): boolean {
  const bytes = typeof text === 'string' ? addressBytes(text) : undefined
  return bytes !== undefined && lengths.includes(bytes.length)
}

function isLoopback(host: string): boolean {
  const loopback = new BlockList()
  loopback.addSubnet('127.0.0.0', 8)
  loopback.addAddress('::1', 'ipv6')
  return loopback.check(host, host.includes(':') ? 'ipv6' : 'ipv4')
}
