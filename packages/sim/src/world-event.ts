// The events of a world, which checkers check and transcripts print. Hosts are given by number,
// their index in `world.hosts`. Events are plain data, except for the `bytes` of a packet or of a
// send effect: they may be encoded when they are read, so copy them by name.

import type { Endpoint } from '@dht/krpc'
import type { Command, Effect } from '@dht/node/core'

/** Why a packet was not delivered, or was replaced. */
export type LossReason =
  | 'lost'
  | 'partition'
  | 'mtu'
  | 'congestion'
  | 'intercepted'
  /** No host has that address, or none listens at that port. */
  | 'no-host'
  /** The host has crashed, is closed, or is suspended. */
  | 'host-down'
  /** The receiver's gateway did not admit it, or the sender's had no free port. */
  | 'filtered'

/** Changes of a host's state, or of the id of its honest node (BEP 42). */
export type HostChange = 'started' | 'crashed' | 'closed' | 'suspended' | 'resumed' | 'id-changed'

/** A packet that was sent. Its `bytes` are shared: never write to them. */
export interface Packet {
  readonly bytes: Uint8Array
  /** The sender as the receiver sees it: after an address translation, or forged. */
  readonly from: Endpoint
  readonly to: Endpoint
  /** Number of the host that sent it; undefined: it was injected. */
  readonly sender: number | undefined
}

/** `at` is the instant of the world, ms. */
export type WorldEvent =
  | {
      /** A packet arrived, and the host's process has handled it. */
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
      /** A command was given to the node of a host. */
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
      readonly kind: 'host-changed'
      readonly at: number
      readonly host: number
      readonly change: HostChange
    }
  | {
      /** The options of the network were set. */
      readonly kind: 'network-changed'
      readonly at: number
      /** What it does to packets from now on, for people; empty: nothing but delays. */
      readonly faults: string
    }
  | {
      /** The world itself was changed, by a partition for example. */
      readonly kind: 'action'
      readonly at: number
      readonly what: string
    }
