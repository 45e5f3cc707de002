// A datagram under way: bytes, or a message that becomes bytes if somebody wants to see them.

import type { Endpoint } from '@dht/krpc'
import type { Transmit } from '@dht/node/core'
import type { Passage } from '../world-event.ts'

/** What travels: bytes, or what an honest node has said and nobody has written yet. */
export type Payload = Uint8Array | Unwritten

export type Unwritten = Omit<Transmit, 'kind'>

export class Parcel implements Passage {
  readonly payload: Payload
  readonly from: Endpoint
  readonly to: Endpoint
  readonly sender: number | undefined

  constructor(payload: Payload, { from, to, sender }: Omit<Passage, 'bytes'>) {
    this.payload = payload
    this.from = from
    this.to = to
    this.sender = sender
  }

  get bytes(): Uint8Array {
    return this.payload instanceof Uint8Array ? this.payload : this.payload.bytes
  }

  /** How many bytes there are. */
  get size(): number {
    return sizeOf(this.payload)
  }
}

/** How many bytes there are, or would be. */
export function sizeOf(payload: Payload): number {
  return payload instanceof Uint8Array ? payload.length : payload.size
}
