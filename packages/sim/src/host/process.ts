// A process runs on a host. It is an honest node, a node created by `createNode`, or an adversary.
// The host calls it with packets and timeouts, and the process sends packets through the host's
// socket.

import type { Endpoint, Family } from '@dht/krpc'
import type { Effect } from '@dht/node/core'
import type { PacketContent, UnencodedMessage } from '../network/lazy-packet.ts'

/** What a host offers to its process. */
export interface Socket {
  /** The endpoint of the process; undefined: the host has no address of that family. */
  local(family: Family): Endpoint | undefined
  /** The instant by the host's own clock, whole ms. */
  readonly now: number
  /** Sends a packet. It may be lost. */
  send(content: PacketContent, to: Endpoint): void
}

export interface Process {
  /**
   * Handles a packet that arrived.
   *
   * @returns effects, only for watchers: the process itself has already sent the packets
   */
  receive(bytes: Uint8Array, from: Endpoint, now: number): readonly Effect[]
  /** Handles an unencoded message. Without this method, the host encodes it and calls `receive`. */
  receiveMessage?(message: UnencodedMessage, from: Endpoint, now: number): readonly Effect[]
  /** Handles a timeout. A call that is too early or too late must be harmless. */
  handleTimeout(now: number): readonly Effect[]
  /**
   * The instant, by the host's clock, at which the host must call `handleTimeout`; undefined: no
   * call is needed.
   */
  nextTimeout(now: number): number | undefined
  /** The host has stopped the process. From now on the process receives and sends nothing. */
  stop?(how: 'closed' | 'crashed'): void
}

/** The result of a call without effects. */
export const NO_EFFECTS: readonly Effect[] = Object.freeze([])
