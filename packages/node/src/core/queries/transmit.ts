// How a message becomes a datagram to send. A node encodes it at once; a simulator that hands
// messages over unencoded has it encoded only when the bytes are read.

import { type Endpoint, encodeMessage, fitReply } from '@dht/krpc'
import type { Transmit } from '../effect.ts'
import type { AnyMethod, NodeMessage, NodeNetwork } from '../methods/node-method.ts'
import { LazyTransmit } from './lazy-transmit.ts'

/**
 * Makes the effect that sends a message. A response is cut to its budget.
 *
 * @param budget - most bytes; by default that of the query's method, else the reply budget
 * @throws {EncodeError} for a message that cannot be encoded; a lazy one when its bytes are read
 */
export type MakeTransmit = (message: NodeMessage, endpoint: Endpoint, budget?: number) => Transmit

export function encodedTransmit(network: NodeNetwork): MakeTransmit {
  return (message, endpoint, budget) => {
    const bytes = encodeMessage<AnyMethod>(message, network, budget)
    return { kind: 'send', bytes, endpoint, size: bytes.length }
  }
}

export function lazyTransmit(network: NodeNetwork): MakeTransmit {
  return (message, endpoint, budget = network.replyBudget) => {
    const isResponse = message.kind === 'response'
    const fitting = isResponse ? fitReply<AnyMethod>(message, network, budget) : message
    return new LazyTransmit(fitting, endpoint, network)
  }
}
