// How much of a response fits its budget. The querier loses first what it misses least: the
// farthest contacts of the other family, then peers from the end of the list, then contacts of its
// own family.

import { EncodeError } from '../errors.ts'
import type { BuiltInMethod, Response } from '../methods/index.ts'
import type { Method } from '../methods/method.ts'
import type { Network } from '../network.ts'
import { fieldSize, messageSize } from './size.ts'

/**
 * Cuts a response to its budget, as `encodeMessage` does.
 *
 * @param response - one that can be written; nothing else is checked here
 * @param budget - most bytes of UDP payload, up to 1500
 * @returns the response itself when it fits
 * @throws {EncodeError} when the parts that cannot be cut do not fit
 */
export function fitReply<M extends Method = BuiltInMethod>(
  response: NoInfer<Response<M>>,
  network: Network<M>,
  budget: number,
): Response<M> {
  let excess = messageSize<M>(response, network) - budget
  if (excess <= 0) return response
  const fitting: Response<M> = { ...response }
  // `ip` is the querier as we see it, so it tells by which family it asked.
  for (const each of network.methods.cutOrder[response.ip?.family ?? 4]) {
    const value: unknown = Reflect.get(fitting, each.name)
    if (value === undefined || excess <= 0) continue
    const shorter = each.cut!.shorten(value, excess, network)
    excess -= fieldSize(each, value) - fieldSize(each, shorter)
    Reflect.set(fitting, each.name, shorter)
  }
  if (excess > 0) {
    const least = String(budget + excess)
    throw new EncodeError({ what: 'budget', expected: `at least ${least}`, got: String(budget) })
  }
  return fitting
}
