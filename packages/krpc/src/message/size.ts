// What a message takes on the wire, counted without writing it.

import { SizeCounter } from '../bencode/size-counter.ts'
import type { Field } from '../fields/field.ts'
import type { BuiltInMethod } from '../methods/index.ts'
import type { Method } from '../methods/method.ts'
import type { Network } from '../network.ts'
import type { Message } from './message.ts'
import { writeMessage } from './write.ts'

/**
 * Bytes of what `encodeMessage` writes, where nothing has to be cut.
 *
 * @param message - one that can be written; of others the size means nothing
 */
export function messageSize<M extends Method = BuiltInMethod>(
  message: NoInfer<Message<M>>,
  network: Network<M>,
): number {
  const counter = new SizeCounter()
  writeMessage(counter, message, network)
  return counter.size
}

/** Bytes of one field, its key included. */
export function fieldSize(field: Field, value: unknown): number {
  const counter = new SizeCounter()
  field.write(counter, value)
  return counter.size
}
