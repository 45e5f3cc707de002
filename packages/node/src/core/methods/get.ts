// Responds to get: the contacts nearest to the target, the item stored under it, and a write token.
// A querier that has the same version or a newer one gets the sequence number alone. BEP 44.

import {
  type Endpoint,
  type GetQuery,
  type GetResults,
  get,
  MAX_ITEM_SALT,
  MAX_ITEM_VALUE,
} from '@dht/krpc'
import type { StoredItem } from '@dht/store'
import { hostOf } from '../overlay/host-key.ts'
import type { NodeMethod } from './node-method.ts'
import type { RespondingNode } from './responding-node.ts'

/** Of the largest item: a token is given only where any item has room. */
const MAX_BYTES = MAX_ITEM_VALUE + MAX_ITEM_SALT

export const respondToGet: NodeMethod<GetQuery, GetResults> = {
  method: get,
  respond(query, from, node, now) {
    const { target, seq } = query
    const { nodes, nodes6 } = node.contactsNear(query, from)
    const token = mayWrite(query, from, node, now) ? node.issueToken(target, from, now) : undefined
    return { nodes, nodes6, token, ...partsOf(node.items.get(target, now), seq) }
  },
}

/** @param known - the sequence number that the querier has */
function partsOf(item: StoredItem | undefined, known: bigint | undefined): GetResults {
  if (item?.signed === undefined) return { v: item?.v }
  const { k, sig, seq } = item.signed
  return known !== undefined && seq <= known ? { seq } : { v: item.v, k, sig, seq }
}

/** A querier over its own limit gets a token, so that its write is refused with the reason. */
function mayWrite(
  { target }: GetQuery,
  from: Endpoint,
  { items }: RespondingNode,
  now: number,
): boolean {
  const reason = items.boundReached({ target, ...hostOf(from), bytes: MAX_BYTES }, now)
  return reason === undefined || reason === 'maxItemsPerSource'
}
