// What the network needs to know of a host: its place, its gateway, its bandwidth and its
// endpoints. It does not know what runs on the host.

import type { Endpoint, Family } from '@dht/krpc'
import type { Gateway } from './gateway.ts'
import type { Place } from './latency/latency.ts'
import type { LazyPacket } from './lazy-packet.ts'
import type { Pipe } from './pipe.ts'

export interface NetworkHost {
  /** Index in `world.hosts`. */
  readonly number: number
  readonly place: Place
  /** The gateway between the host and the network; undefined: none. */
  readonly gateway: Gateway | undefined
  /** Bandwidth of outgoing and of incoming packets; undefined: unlimited. */
  readonly up: Pipe | undefined
  readonly down: Pipe | undefined
  /** The endpoint that its process listens at; undefined: no address of that family. */
  local(family: Family): Endpoint | undefined
  /** Whether a process runs and is not suspended. */
  readonly isAwake: boolean
  /** Delivers a packet. */
  receive(packet: LazyPacket): void
}
