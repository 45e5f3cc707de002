// What may be said of a host when it is added; resolved once.

import type { Id } from '@dht/id'
import type { Endpoint } from '@dht/krpc'
import type { CoreOptions } from '@dht/node/core'
import { argumentError, checkNames } from '../errors.ts'
import type { Gateway, GatewayOptions } from '../network/gateway.ts'
import type { Place } from '../network/latency/latency.ts'
import type { PipeOptions } from '../network/pipe.ts'
import type { HostClockOptions } from './host-clock.ts'

export interface HostOptions {
  /** IPv4 endpoint; false: none. Default: one of its own, alone in its /24. */
  readonly ipv4?: Endpoint | boolean
  /** IPv6 endpoint; true: one of its own, alone in its /64. Default: none. */
  readonly ipv6?: Endpoint | boolean
  /** UDP port of the endpoints it is given. Default: that of the cores' network. */
  readonly port?: number
  /** What stands in front of it: a gateway of its own, or one to share. Default: nothing. */
  readonly gateway?: GatewayOptions | Gateway
  readonly clock?: HostClockOptions
  /** Default: a random point. */
  readonly place?: Place
  /** Bandwidth out and in. Default: no bound. */
  readonly up?: PipeOptions
  readonly down?: PipeOptions
  /** Own id of its node. Default: the one on disk, else a random one. */
  readonly id?: Id
  /** On top of the world's. */
  readonly core?: CoreOptions
  /** Time between two savings of the state, ms. Default: never but on closing. */
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

/** @throws {SimError} `ERR_DHT_SIM_ARGUMENT` for an unknown name or no address at all */
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
