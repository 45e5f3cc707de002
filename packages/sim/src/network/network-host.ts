// What the network knows of a host: where it stands, what is in front of it, and its ear.

import type { Endpoint, Family } from '@dht/krpc'
import type { Gateway } from './gateway.ts'
import type { Place } from './latency/latency.ts'
import type { LazyPacket } from './lazy-packet.ts'
import type { Pipe } from './pipe.ts'

export interface NetworkHost {
  /** Its place in `world.hosts`. */
  readonly number: number
  readonly place: Place
  /** What stands between it and the network; undefined: nothing. */
  readonly gateway: Gateway | undefined
  /** Its own bandwidth, out and in; undefined: no bound. */
  readonly up: Pipe | undefined
  readonly down: Pipe | undefined
  /** Where its process listens; undefined: it has no address of that family. */
  local(family: Family): Endpoint | undefined
  /** Whether anybody hears what arrives. */
  readonly isAwake: boolean
  /** A datagram has come all the way. */
  receive(packet: LazyPacket): void
}
