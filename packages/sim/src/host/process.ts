// What runs on a host: an honest node, the facade of one, or an adversary's script. It has a core's
// doors: it hears, it is woken, it says when it wants to be. It sends through its host.

import type { Endpoint, Family } from '@dht/krpc'
import type { Effect } from '@dht/node/core'
import type { PacketContent, UnencodedMessage } from '../network/lazy-packet.ts'

/** What a host gives its process. */
export interface Socket {
  /** Where it listens; undefined: no address of that family. */
  local(family: Family): Endpoint | undefined
  /** The host's own clock, ms, whole. */
  readonly now: number
  /** Sends a datagram, best effort. */
  send(content: PacketContent, to: Endpoint): void
}

export interface Process {
  /** A datagram arrived. @returns effects for whoever watches; it sends by itself */
  receive(bytes: Uint8Array, from: Endpoint, now: number): readonly Effect[]
  /** One arrived that was never written. Default: it is written now, and received. */
  receiveMessage?(message: UnencodedMessage, from: Endpoint, now: number): readonly Effect[]
  /** It is time. Early or late calls must be harmless. */
  handleTimeout(now: number): readonly Effect[]
  /** The next instant at which it wants to be woken, on the host's clock; undefined: never. */
  nextTimeout(now: number): number | undefined
  /** The host stops it: nothing is heard or sent from here on. */
  stop?(how: 'closed' | 'crashed'): void
}

/** For whoever has no effects to show. */
export const NO_EFFECTS: readonly Effect[] = Object.freeze([])
