// Decides about each datagram of one client whether it passes, in either direction. The order of
// the checks puts the cheap ones first, so that a flood is not even read; only what passes all of
// them counts against the limits.

import { type Datagram, decodeMessage, type Network } from '@dht/krpc'
import type { RelayCounters } from './counters.ts'
import type { Destinations } from './destinations.ts'
import { FlowLimit } from './flow.ts'

/** Whether bytes are a message of a network. Never throws. */
export type MessageCheck = (bytes: Uint8Array, network: Network) => boolean

export const isMessage: MessageCheck = (bytes, network) =>
  decodeMessage(bytes, network).kind !== 'malformed'

export interface DatagramFilterParts {
  readonly network: Network
  readonly destinations: Destinations
  readonly counters: RelayCounters
  readonly check: MessageCheck
  readonly limits: { readonly datagramsPerSecond: number; readonly bytesPerSecond: number }
}

export class DatagramFilter {
  readonly #parts: DatagramFilterParts
  readonly #flow: FlowLimit

  constructor(parts: DatagramFilterParts) {
    this.#parts = parts
    this.#flow = new FlowLimit(parts.limits)
  }

  passes({ bytes, endpoint }: Datagram, now: number): boolean {
    const { check, counters, destinations, network } = this.#parts
    if (this.#flow.readyAt(now) > now) counters.limited++
    else if (!destinations.allows(endpoint)) counters.forbidden++
    else if (!check(bytes, network)) counters.malformed++
    else {
      this.#flow.take(bytes.length, now)
      return true
    }
    return false
  }

  /** When the next datagram may pass, ms. */
  readyAt(now: number): number {
    return this.#flow.readyAt(now)
  }
}
