// The options of a host, which are checked once when the host is added to a world.

import type { Id } from '@dht/id'
import type { Endpoint } from '@dht/krpc'
import type { CoreOptions } from '@dht/node/core'
import { argumentError, checkNames } from '../errors.ts'
import type { Gateway, GatewayOptions } from '../network/gateway.ts'
import type { Place } from '../network/latency/latency.ts'
import type { PipeOptions } from '../network/pipe.ts'
import type { HostClockOptions } from './host-clock.ts'

export interface HostOptions {
  /** IPv4 endpoint; true: a generated one, alone in its /24; false: none. Default true. */
  readonly ipv4?: Endpoint | boolean
  /** IPv6 endpoint; true: a generated one, alone in its /64; false: none. Default false. */
  readonly ipv6?: Endpoint | boolean
  /** UDP port of generated endpoints. Default: the default port of the node's network. */
  readonly port?: number
  /** Gateway in front of the host: options for its own, or one that it shares. Default: none. */
  readonly gateway?: GatewayOptions | Gateway
  readonly clock?: HostClockOptions
  /** Default: a random point. */
  readonly place?: Place
  /** Bandwidth of outgoing and of incoming packets. Default: unlimited. */
  readonly up?: PipeOptions
  readonly down?: PipeOptions
  /** Own id of the node. Default: the id on disk, else a random one. */
  readonly id?: Id
  /** Options of the node that override those of the world. */
  readonly core?: CoreOptions
  /** Time between two saves of the node's state, ms. Default: it is saved on closing only. */
  readonly saveEveryMs?: number
}

const NAMES: ReadonlySet<string> = new Set([
  'ipv4',
  'ipv6',
  'port',
  'gateway',
  'clock',
  'place',
  'up',
  'down',
  'id',
  'core',
  'saveEveryMs',
] satisfies readonly (keyof HostOptions)[])

/**
 * @throws {SimError} `ERR_DHT_SIM_ARGUMENT` for an unknown name, a host without an address, or a
 *   `saveEveryMs` that is not a positive whole number
 */
export function checkHostOptions(options: HostOptions): void {
  checkNames(options, NAMES)
  if (options.ipv4 === false && !options.ipv6) {
    throw argumentError('ipv4 and ipv6', 'at least one address', false)
  }
  const { saveEveryMs } = options
  if (saveEveryMs !== undefined && !(Number.isInteger(saveEveryMs) && saveEveryMs > 0)) {
    throw argumentError('saveEveryMs', 'a positive whole number', saveEveryMs)
  }
}
