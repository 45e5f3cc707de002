// A message to its one canonical form. Peers are strict about what they accept: one refuses
// unsorted keys, another drops a whole message over half a contact. What they would refuse is
// refused here, before it is written.

import { Writer } from '../bencode/writer.ts'
import { EncodeError } from '../errors.ts'
import type { BuiltInMethod } from '../methods/index.ts'
import type { Method } from '../methods/method.ts'
import type { Network } from '../network.ts'
import { checkEnvelope, checkError, checkQuery, checkResponse } from './checks.ts'
import type { Message } from './message.ts'
import { fitReply } from './reply-fit.ts'
import { type AnyMessage, writeMessage } from './write.ts'

const writer = new Writer()

/**
 * Writes a message.
 *
 * A response that is too large for the budget loses contacts from the end of `nodes6`, then peers
 * from the end of `values` or ids of `samples`, then contacts from the end of `nodes` (to an IPv6
 * node, which its `ip` tells, `nodes` first and `nodes6` last). Nothing else is ever cut.
 *
 * @param network - its methods are those that can be written
 * @param budget - most bytes of UDP payload, up to 1500; by default the budget of the query's
 *   method, else the network's reply budget
 * @returns bytes that are not written again; a view of a larger buffer, so copy what is kept long
 * @throws {EncodeError} when a width, a range or a size is wrong, or the budget too small
 * @see BEP 5, "KRPC Protocol"; BEP 32; BEP 42; BEP 43
 */
export function encodeMessage<M extends Method = BuiltInMethod>(
  message: NoInfer<Message<M>>,
  network: Network<M>,
  budget: number = budgetOf(message, network),
): Uint8Array {
  check(message, network, budget)
  let size = write(message, network)
  if (size > budget && message.kind === 'response') {
    size = write(fitReply<M>(message, network, budget), network)
  }
  if (size > budget) {
    const expected = `at most ${budget} bytes`
    throw new EncodeError({ what: message.kind, expected, got: String(size) })
  }
  return writer.finish()
}

/** The budget of a message that is given none. A response does not name its method. */
function budgetOf(message: AnyMessage, { methods, replyBudget }: Network<Method>): number {
  if (message.kind !== 'query') return replyBudget
  return methods.named(message.method)?.budgets.query ?? replyBudget
}

function check(message: AnyMessage, network: Network<Method>, budget: number): void {
  checkEnvelope(message, budget)
  if (message.kind === 'query') checkQuery(message, network)
  else if (message.kind === 'response') checkResponse(message, network)
  else checkError(message)
}

/** Writes a message, but does not finish it. Returns its size, which may exceed the buffer. */
function write(message: AnyMessage, network: Network<Method>): number {
  writer.begin()
  writeMessage(writer, message, network)
  return writer.size
}
