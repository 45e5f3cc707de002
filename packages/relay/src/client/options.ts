// The options of the transport through a relay, and their checks.

import { dht256, type Family, type Network } from '@dht/krpc'
import { checkOptionNames, optionError } from '../errors.ts'
import type { RelaySocketClass } from './relay-socket.ts'

export interface RelayTransportOptions {
  /** Where the relay listens: `wss://relay.example/dht-relay`. The secret is no part of it. */
  readonly url: string
  /** The secret of the relay. Default: none. */
  readonly secret?: string
  /** The network of the node. Default `dht256`. */
  readonly network?: Pick<Network, 'name'>
  /** The address family of the UDP port. Default 4. */
  readonly family?: Family
  /** Longest time until the relay has given a port, ms. Default 10 s: ours. */
  readonly openMs?: number
  /** The class of WebSockets. Default: that of the runtime, which Node 20 has not. */
  readonly webSocket?: RelaySocketClass
}

export type RelayTransportConfig = Readonly<Omit<Required<RelayTransportOptions>, 'secret'>> &
  Pick<RelayTransportOptions, 'secret'>

const NAMES = ['url', 'secret', 'network', 'family', 'openMs', 'webSocket']

/** An hour. A longer timer could ring at once. */
const MOST_MS = 3_600_000

/** @throws {RelayError} `ERR_DHT_RELAY_OPTION` naming the option and its value */
export function resolveTransportOptions(options: RelayTransportOptions): RelayTransportConfig {
  checkOptionNames(options, NAMES)
  const { secret, network = dht256, family = 4, openMs = 10_000 } = options
  const { webSocket = Reflect.get(globalThis, 'WebSocket') } = options
  if (secret !== undefined && typeof secret !== 'string') {
    throw optionError('secret', 'a string', typeof secret)
  }
  if (typeof network?.name !== 'string') throw optionError('network', 'a network', network)
  if (family !== 4 && family !== 6) throw optionError('family', '4 or 6', family)
  if (!(typeof openMs === 'number' && openMs > 0 && openMs <= MOST_MS)) {
    throw optionError('openMs', `a number above 0, ${MOST_MS} at most`, openMs)
  }
  if (typeof webSocket !== 'function') {
    throw optionError('webSocket', 'a class, for this runtime has none', webSocket)
  }
  const rest = { network, family, openMs, webSocket, ...(secret !== undefined && { secret }) }
  return Object.freeze({ url: checkedUrl(options.url), ...rest })
}

function checkedUrl(url: string): string {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
  const isWebSocket = parsed?.protocol === 'ws:' || parsed?.protocol === 'wss:'
  if (parsed === undefined || !isWebSocket || parsed.hash !== '') {
    throw optionError('url', 'ws://… or wss://… without a fragment', url)
  }
  if (parsed.username !== '' || parsed.password !== '') {
    // Without its value, which may hold a secret.
    throw optionError('url', 'no name and password in it', parsed.origin)
  }
  return url
}
