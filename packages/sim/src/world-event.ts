// What happened in a world: what checkers checker and transcripts tell. Hosts are numbers, which are
// their places in `world.hosts`. Plain data, but for the `bytes` of datagrams, which may be made
// only when they are read: a copy of a packet or an effect has to name them.

import type { Endpoint } from '@dht/krpc'
import type { Command, Effect } from '@dht/node/core'

/** Why a datagram did not arrive, or not as it was sent. */
export type LossReason =
  | 'lost'
  | 'partition'
  | 'mtu'
  | 'congestion'
  | 'intercepted'
  /** Nobody has that address, or listens on that port. */
  | 'no-host'
  /** The host is crashed, closed or asleep. */
  | 'host-down'
  /** A firewall or an address translation had not been asked for it. */
  | 'filtered'

/** How the life of a host goes on. */
export type LifeChange = 'started' | 'crashed' | 'closed' | 'suspended' | 'resumed'

/** A datagram under way or at its end. `bytes` are shared: never write to them. */
export interface Packet {
  readonly bytes: Uint8Array
  /** As the receiver sees it: behind a translation, and whatever a spoofer claims. */
  readonly from: Endpoint
  readonly to: Endpoint
  /** The host that really sent it; undefined when it was put in from outside. */
  readonly sender: number | undefined
}

/** Every one has the instant of the world, ms. */
export type WorldEvent =
  | {
      /** A datagram arrived and was dealt with. */
      readonly kind: 'received'
      readonly at: number
      readonly host: number
      readonly packet: Packet
      readonly effects: readonly Effect[]
    }
  | {
      readonly kind: 'timeout'
      readonly at: number
      readonly host: number
      readonly effects: readonly Effect[]
    }
  | {
      /** Somebody wished something of the node on a host. */
      readonly kind: 'requested'
      readonly at: number
      readonly host: number
      readonly command: Command
      readonly effects: readonly Effect[]
    }
  | {
      readonly kind: 'dropped'
      readonly at: number
      readonly packet: Packet
      readonly reason: LossReason
    }
  | {
      readonly kind: 'life'
      readonly at: number
      readonly host: number
      readonly change: LifeChange
    }
  | {
      /** Something was done to the world: a partition, a change of the network. */
      readonly kind: 'action'
      readonly at: number
      readonly what: string
    }
