// What of a response is sent to a querier whose address may be forged: as much as fits a budget
// that may be smaller than the parts which `fitReply` never cuts. The querier gets first what helps
// it on: a peer, the nearest contact, and a token with which it can prove its address.

import { COMPACT_V4, COMPACT_V6 } from '../address/compact.ts'
import type { Family } from '../address/endpoint.ts'
import { stringSize } from '../bencode/size-counter.ts'
import type { NamedField, Properties } from '../fields/field.ts'
import type { BuiltInMethod, Response } from '../methods/index.ts'
import type { Method } from '../methods/method.ts'
import type { Network } from '../network.ts'
import type { ResponseHead } from './envelope.ts'
import { fieldSize, messageSize } from './size.ts'

/** Bytes of the keys `2:ip` and `1:v`. */
const IP_KEY = 4
const VERSION_KEY = 3

/**
 * The parts of a response that fit a budget. Parts have precedence in this order:
 *
 * 1. the first element of each list of the querier's family: of peers, of samples, of contacts
 * 2. the write token
 * 3. `ip`, then `version`
 * 4. all other results that cannot be shortened, all of them or none
 * 5. the rest of these lists, contacts first
 * 6. contacts of the other family
 *
 * @param response - one that can be written; nothing else is checked here
 * @param budget - most bytes of UDP payload
 * @returns undefined when not even transaction id and node id fit
 */
export function briefReply<M extends Method = BuiltInMethod>(
  response: NoInfer<Response<M>>,
  network: Network<M>,
  budget: number,
): Response<M> | undefined {
  const brief = new Brief(response, network, budget)
  if (brief.room < 0) return undefined
  const { cutOrder, token, uncut } = network.methods
  // `ip` is the querier as we see it, so it tells by which family it asked.
  const family: Family = response.ip?.family ?? 4
  const lists = cutOrder[family]
  for (const each of lists) if (each.cut!.rank(family) > 0) brief.takeFirst(each)
  if (token !== undefined) brief.takeAll([token])
  brief.takeEnvelope()
  brief.takeAll(uncut)
  for (let at = lists.length - 1; at >= 0; at--) brief.takeMost(lists[at]!)
  return brief.message as object as Response<M>
}

class Brief {
  readonly message: ResponseHead & Properties
  /** Bytes that are left. */
  room: number
  readonly #whole: ResponseHead & Properties
  readonly #network: Network<Method>

  constructor(response: ResponseHead, network: Network<Method>, budget: number) {
    const { kind, transactionId, id } = response
    this.#whole = response as ResponseHead & Properties
    this.#network = network
    this.message = { kind, transactionId, version: undefined, ip: undefined, id }
    this.room = budget - messageSize<Method>(this.message as never, network)
  }

  /** Takes the first element of a list. */
  takeFirst(field: NamedField): void {
    const value = this.#whole[field.name]
    if (value === undefined || isEmpty(value)) return
    const first = field.cut!.first(value, this.#network)
    this.#take(field, first, fieldSize(field, first))
  }

  /** Takes as much as fits of a list, of which the first element may be taken already. */
  takeMost(field: NamedField): void {
    const { name } = field
    const value = this.#whole[name]
    if (value === undefined) return
    const taken = this.message[name]
    if (taken !== undefined) this.room += fieldSize(field, taken)
    const size = fieldSize(field, value)
    const excess = size - this.room
    if (excess <= 0) {
      this.#take(field, value, size)
      return
    }
    const most = field.cut!.shorten(value, excess, this.#network)
    if (!isEmpty(most)) this.#take(field, most, fieldSize(field, most))
  }

  /** Takes the values of fields that mean something only together. */
  takeAll(fields: readonly NamedField[]): void {
    let size = 0
    for (const each of fields) {
      const value = this.#whole[each.name]
      if (value !== undefined) size += fieldSize(each, value)
    }
    if (size === 0 || size > this.room) return
    for (const { name } of fields) this.message[name] = this.#whole[name]
    this.room -= size
  }

  takeEnvelope(): void {
    const { ip, version } = this.#whole
    const message = this.message as { ip?: unknown; version?: unknown }
    const ipSize =
      ip === undefined ? 0 : IP_KEY + stringSize(ip.family === 4 ? COMPACT_V4 : COMPACT_V6)
    if (ipSize <= this.room) {
      message.ip = ip
      this.room -= ipSize
    }
    const versionSize = version === undefined ? 0 : VERSION_KEY + stringSize(version.length)
    if (versionSize > this.room) return
    message.version = version
    this.room -= versionSize
  }

  #take(field: NamedField, value: unknown, size: number): void {
    if (size > this.room) return
    this.message[field.name] = value
    this.room -= size
  }
}

function isEmpty(value: unknown): boolean {
  return (value as { readonly length?: number }).length === 0
}
