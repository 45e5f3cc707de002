// How a message becomes a datagram to send. A node encodes it at once; a simulator that hands
// messages over unencoded has it encoded only when the bytes are read.

import { type Endpoint, encodeMessage, fitReply, type Message, type Network } from '@dht/krpc'
import type { Transmit } from '../effect.ts'
import { LazyTransmit } from './lazy-transmit.ts'

/**
 * Makes the effect that sends a message. A response is cut to the reply budget of the network.
 *
 * @throws {EncodeError} for a message that cannot be encoded; a lazy one when its bytes are read
 */
export type MakeTransmit = (message: Message, endpoint: Endpoint, network: Network) => Transmit

export const encodedTransmit: MakeTransmit = (message, endpoint, network) => {
  const bytes = encodeMessage(message, network)
  return { kind: 'send', bytes, endpoint, size: bytes.length }
}

export const lazyTransmit: MakeTransmit = (message, endpoint, network) => {
  const isResponse = message.kind === 'response'
  const fitting = isResponse ? fitReply(message, network, network.replyBudget) : message
  return new LazyTransmit(fitting, endpoint, network)
}
