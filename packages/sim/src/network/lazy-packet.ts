// A datagram under way: bytes, or a message that becomes bytes if somebody wants to see them.

import type { Endpoint } from '@dht/krpc'
import type { Transmit } from '@dht/node/core'
import type { Packet } from '../world-event.ts'

/** What travels: bytes, or what an honest node has said and nobody has written yet. */
export type PacketContent = Uint8Array | UnencodedMessage

export type UnencodedMessage = Omit<Transmit, 'kind'>

export class LazyPacket implements Packet {
  readonly content: PacketContent
  readonly from: Endpoint
  readonly to: Endpoint
  readonly sender: number | undefined

  constructor(content: PacketContent, { from, to, sender }: Omit<Packet, 'bytes'>) {
    this.content = content
    this.from = from
    this.to = to
    this.sender = sender
  }

  get bytes(): Uint8Array {
    return this.content instanceof Uint8Array ? this.content : this.content.bytes
  }

  /** How many bytes there are. */
  get size(): number {
    return sizeOf(this.content)
  }
}

/** How many bytes there are, or would be. */
export function sizeOf(content: PacketContent): number {
  return content instanceof Uint8Array ? content.length : content.size
}
