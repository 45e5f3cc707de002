// A message to send, which is encoded when its bytes are first read. A simulator that hands
// messages over unencoded never reads them.

import { type Endpoint, encodeMessage, messageSize } from '@dht/krpc'
import type { UnencodedTransmit } from '../effect.ts'
import type { AnyMethod, NodeMessage, NodeNetwork } from '../methods/node-method.ts'

export class LazyTransmit implements UnencodedTransmit {
  readonly kind = 'send'
  readonly message: NodeMessage
  readonly endpoint: Endpoint
  readonly size: number
  readonly network: NodeNetwork
  #bytes: Uint8Array | undefined

  /** @param message - a response must fit its byte budget already: see `fitReply` */
  constructor(message: NodeMessage, endpoint: Endpoint, network: NodeNetwork) {
    this.message = message
    this.endpoint = endpoint
    this.size = messageSize<AnyMethod>(message, network)
    this.network = network
  }

  get bytes(): Uint8Array {
    if (this.#bytes === undefined) {
      // A response fits already; any other message must fit the budget that it has by default.
      const budget = this.message.kind === 'response' ? this.size : undefined
      this.#bytes = encodeMessage<AnyMethod>(this.message, this.network, budget)
    }
    return this.#bytes
  }
}
