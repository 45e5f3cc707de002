// What happened in a world: what judges judge and transcripts tell. Hosts are numbers, which are
// their places in `world.hosts`. Plain data, but for the `bytes` of datagrams, which may be made
// only when they are read: a copy of a passage or an effect has to name them.

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
  | 'nobody'
  /** The host is crashed, closed or asleep. */
  | 'deaf'
  /** A firewall or an address translation had not been asked for it. */
  | 'filtered'

/** How the life of a host goes on. */
export type LifeChange = 'started' | 'crashed' | 'closed' | 'suspended' | 'resumed'

/** A datagram under way or at its end. `bytes` are shared: never write to them. */
export interface Passage {
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
      readonly passage: Passage
      readonly effects: readonly Effect[]
    }
  | {
      readonly kind: 'woken'
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
      readonly passage: Passage
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
      readonly kind: 'deed'
      readonly at: number
      readonly what: string
    }
