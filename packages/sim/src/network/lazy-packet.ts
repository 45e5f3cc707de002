// A packet on its way through the network. Its content is bytes, or an unencoded message that is
// encoded only when the bytes are read.

import type { Endpoint } from '@dht/krpc'
import type { UnencodedTransmit } from '@dht/node/core'
import type { Packet } from '../world-event.ts'

/** What a packet contains: bytes, or a message of an honest node that is not encoded yet. */
export type PacketContent = Uint8Array | UnencodedMessage

export type UnencodedMessage = Omit<UnencodedTransmit, 'kind'>

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

  /** Size of the encoded content, bytes. */
  get size(): number {
    return sizeOf(this.content)
  }
}

/** Size of the encoded content, bytes. Does not encode it. */
export function sizeOf(content: PacketContent): number {
  return content instanceof Uint8Array ? content.length : content.size
}
