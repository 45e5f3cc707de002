// A message to send, which is encoded when its bytes are first read. A simulator that hands
// messages over unencoded never reads them.

import { type Endpoint, encodeMessage, type Message, messageSize, type Network } from '@dht/krpc'
import type { UnencodedTransmit } from '../effect.ts'

export class LazyTransmit implements UnencodedTransmit {
  readonly kind = 'send'
  readonly message: Message
  readonly endpoint: Endpoint
  readonly size: number
  readonly network: Network
  #bytes: Uint8Array | undefined

  /** @param message - a response must fit its byte budget already: see `fitReply` */
  constructor(message: Message, endpoint: Endpoint, network: Network) {
    this.message = message
    this.endpoint = endpoint
    this.size = messageSize(message, network)
    this.network = network
  }

  get bytes(): Uint8Array {
    this.#bytes ??= encodeMessage(this.message, this.network)
    return this.#bytes
  }
}
