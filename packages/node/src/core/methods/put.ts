// Responds to put: stores the item if everything about it is right. The checks stand in the order
// of their cost: a signature is checked last, only for a sender that has a valid token, and only if
// the item would be stored. The same item renews what is stored, whose signature was checked.
// BEP 44.

import {
  type Endpoint,
  ErrorCode,
  MAX_ITEM_SALT,
  MAX_ITEM_VALUE,
  type PutQuery,
  put,
} from '@dht/krpc'
import type { ItemBound, ItemPutOutcome, StoredItem } from '@dht/store'
import { isVerified, itemOf, NO_SALT, targetOf } from '../items/item.ts'
import { hostOf } from '../overlay/host-key.ts'
import { BAD_TOKEN } from './bad-token.ts'
import { NO_RESULTS } from './no-results.ts'
import { type ErrorReply, type NodeMethod, refuse } from './node-method.ts'
import type { RespondingNode } from './responding-node.ts'

/** Each at most 64 characters of printable ASCII, the most that an error message holds. */
const FULL: Readonly<Record<ItemBound, string>> = {
  maxItems: 'No room: the store is full (maxItems)',
  maxItemBytes: 'No room: the store is full (maxItemBytes)',
  subnetShare: 'No room: too many items of your subnet (subnetShare)',
  maxItemsPerSource: 'No room: too many items of your address (maxItemsPerSource)',
}

export const respondToPut: NodeMethod<PutQuery, object> = {
  method: put,
  respond(query, from, node, now) {
    const { salt = NO_SALT, token, cas } = query
    if (query.v.length > MAX_ITEM_VALUE) return refuse(ErrorCode.valueTooBig, 'Value too big')
    if (salt.length > MAX_ITEM_SALT) return refuse(ErrorCode.saltTooBig, 'Salt too big')
    const item = itemOf(query, salt)
    // Never the target that the sender names.
    const target = targetOf(item, node.crypto)
    if (!node.acceptsToken({ target, token }, from, now)) return BAD_TOKEN
    if (item.signed !== undefined && item.signed.seq < 0n) {
      return refuse(ErrorCode.protocol, 'Negative sequence number')
    }
    const stored = { target, item, ...hostOf(from), cas }
    const { kind } = node.items.preview(stored, now)
    const isNew = kind === 'added' || kind === 'replaced'
    const refusal = isNew ? signatureRefusal(item, from, node, now) : undefined
    return refusal ?? replyTo(node.items.put(stored, now))
  },
}

function signatureRefusal(
  { v, signed }: StoredItem,
  from: Endpoint,
  node: RespondingNode,
  now: number,
): ErrorReply | undefined {
  if (signed === undefined) return undefined
  if (!node.mayCheckSignature(from, now)) {
    return refuse(ErrorCode.server, 'Too many signatures to check')
  }
  if (!isVerified(v, signed, node.crypto)) return refuse(ErrorCode.badSignature, 'Bad signature')
  return undefined
}

function replyTo(outcome: ItemPutOutcome): object {
  switch (outcome.kind) {
    case 'conflict':
      return outcome.reason === 'cas'
        ? refuse(ErrorCode.casMismatch, 'The stored sequence number is another')
        : refuse(ErrorCode.sequenceTooLow, 'The stored item is newer')
    case 'refused':
      return refuse(ErrorCode.server, FULL[outcome.reason])
    default:
      return NO_RESULTS
  }
}
