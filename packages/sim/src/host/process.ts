// The interface of what runs on a host: an honest node, a node created by `createNode`, or an
// adversary. It is called with packets and with timeouts, and it sends through the socket of its
// host.

import type { Endpoint, Family } from '@dht/krpc'
import type { Effect } from '@dht/node/core'
import type { PacketContent, UnencodedMessage } from '../network/lazy-packet.ts'

/** What a host offers to its process. */
export interface Socket {
  /** The endpoint that the process listens at; undefined: no address of that family. */
  local(family: Family): Endpoint | undefined
  /** The host's own clock, ms, whole. */
  readonly now: number
  /** Sends a packet. It may be lost. */
  send(content: PacketContent, to: Endpoint): void
}

export interface Process {
  /**
   * Handles a packet that arrived. @returns effects, for watchers only: the process has sent
   * already
   */
  receive(bytes: Uint8Array, from: Endpoint, now: number): readonly Effect[]
  /** Handles a message that was never encoded. Default: it is encoded and given to `receive`. */
  receiveMessage?(message: UnencodedMessage, from: Endpoint, now: number): readonly Effect[]
  /** Handles a timeout. A call that is too early or too late must be harmless. */
  handleTimeout(now: number): readonly Effect[]
  /**
   * The next instant at which `handleTimeout` is to be called, by the host's clock; undefined:
   * never.
   */
  nextTimeout(now: number): number | undefined
  /** The host has stopped the process, which receives and sends nothing from now on. */
  stop?(how: 'closed' | 'crashed'): void
}

/** The effects of a process that has none to show. */
export const NO_EFFECTS: readonly Effect[] = Object.freeze([])
