// The options of an observatory, and how they resolve.

import { ObservatoryError } from './errors.ts'
import type { StartRelay } from './server/page-relay.ts'

export interface ObserveOptions {
  /** TCP port, 0 to 65535; 0: any. Default 0. */
  readonly port?: number
  /** A loopback address, such as `127.0.0.1` (default) or `::1`. No other address is accepted. */
  readonly host?: string
  /** Whether a page may enter, delete and put. Default false. */
  readonly allowWrites?: boolean
  /**
   * Further `host:port` under which a browser reaches the server, such as that of a tunnel. Default
   * none.
   */
  readonly allowedHosts?: readonly string[]
  /**
   * Starts a relay on the server of the page, with which a page can be a node of its own:
   * `(place) => startRelay({ ...place, … })` of @dht/relay. Default: none.
   */
  readonly relay?: StartRelay | undefined
}

export type ObserveConfig = Readonly<Required<ObserveOptions>>

export const OBSERVE_DEFAULTS: ObserveConfig = Object.freeze({
  port: 0,
  host: '127.0.0.1',
  allowWrites: false,
  allowedHosts: Object.freeze([]),
  relay: undefined,
})

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1)$/
const HOST_AND_PORT = /^([a-z0-9.-]+|\[[0-9a-f:]+\]):\d{1,5}$/

/** @throws {ObservatoryError} for an unknown option, or one that can't be used */
export function resolveObserveOptions(options: ObserveOptions): ObserveConfig {
  for (const name of Object.keys(options)) {
    demand(
      Object.hasOwn(OBSERVE_DEFAULTS, name),
      'option',
      Object.keys(OBSERVE_DEFAULTS).join(', '),
    )
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const config: ObserveConfig = { ...OBSERVE_DEFAULTS, ...Object.fromEntries(given) }
  const { port, host, allowWrites, allowedHosts, relay } = config
  demand(Number.isInteger(port) && port >= 0 && port <= 65_535, 'port', '0 to 65535')
  demand(typeof host === 'string' && LOOPBACK.test(host), 'host', 'a loopback address')
  demand(typeof allowWrites === 'boolean', 'allowWrites', 'true or false')
  const areHosts =
    Array.isArray(allowedHosts) &&
    allowedHosts.every((each) => typeof each === 'string' && HOST_AND_PORT.test(each))
  demand(areHosts, 'allowedHosts', 'a list of host:port, in lower case')
  demand(relay === undefined || typeof relay === 'function', 'relay', 'a function')
  return config
}

function demand(holds: boolean, name: string, expected: string): void {
  if (!holds)
    throw new ObservatoryError('ERR_DHT_OBSERVATORY_ARGUMENT', `${name}: expected ${expected}`)
}
