// put: store this item. BEP 44.

import type { Id } from '@dht/id'
import { required } from '../fields/field.ts'
import { idField } from '../fields/id.ts'
import { integerField } from '../fields/integer.ts'
import {
  anySaltField,
  anySequenceField,
  anyValueField,
  publicKeyField,
  signatureField,
} from '../fields/item.ts'
import { tokenField } from '../fields/token.ts'
import type { QueryHead } from '../message/envelope.ts'
import { MAX_BUDGET } from '../message/limits.ts'
import { defineMethod, type Method } from './method.ts'

/**
 * Stores an item. An immutable item has `v` alone; a mutable item has `k`, `sig` and `seq` as well,
 * all of them. The response has nothing but an id. BEP 44.
 */
export interface PutQuery extends QueryHead {
  readonly method: 'put'
  /**
   * `target` on the wire: where the item belongs. BEP 44 has no such argument, and some nodes need
   * it. The receiver computes the target itself.
   */
  readonly claimedTarget?: Id | undefined
  /**
   * The value as its bencoded bytes: what is hashed or signed. At most 1000 bytes are written; a
   * longer one is read, so that it can be refused with `ErrorCode.valueTooBig`.
   */
  readonly v: Uint8Array
  /** The write token from the receiver's response to get; at most 64 bytes. */
  readonly token: Uint8Array
  /** The Ed25519 public key, 32 bytes. */
  readonly k?: Uint8Array | undefined
  /** The Ed25519 signature, 64 bytes. */
  readonly sig?: Uint8Array | undefined
  /** At most 64 bytes are written; a longer one is read. Empty means absent. */
  readonly salt?: Uint8Array | undefined
  /** The sequence number: 0 to 2^63 - 1 is written, a negative one is read. */
  readonly seq?: bigint | undefined
  /** The sequence number of the item that is to be replaced. */
  readonly cas?: bigint | undefined
}

/** What a mutable item has besides its value, all or none. */
const SIGNED_PARTS = ['k', 'seq', 'sig'] as const

export const put: Method<PutQuery, object> = defineMethod({
  name: 'put',
  arguments: {
    claimedTarget: idField('target'),
    v: required(anyValueField),
    token: required(tokenField),
    k: publicKeyField,
    sig: signatureField,
    salt: anySaltField,
    seq: anySequenceField,
    cas: integerField('cas'),
  },
  results: {},
  misfit: missingPart,
  budgets: { query: MAX_BUDGET },
})

/** The first part of a mutable item that is missing though another is there. */
function missingPart(query: PutQuery): (typeof SIGNED_PARTS)[number] | undefined {
  const missing = SIGNED_PARTS.filter((name) => query[name] === undefined)
  return missing.length < SIGNED_PARTS.length ? missing[0] : undefined
}
