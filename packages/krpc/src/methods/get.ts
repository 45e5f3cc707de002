// get: the item stored under a target, and a token for storing one. BEP 44.

import type { Id } from '@dht/id'
import { required } from '../fields/field.ts'
import { idField } from '../fields/id.ts'
import { publicKeyField, sequenceField, signatureField, valueField } from '../fields/item.ts'
import { nodes6Field, nodesField } from '../fields/nodes.ts'
import { paddingField } from '../fields/padding.ts'
import { tokenField } from '../fields/token.ts'
import { type Want, wantField } from '../fields/want.ts'
import type { QueryHead } from '../message/envelope.ts'
import { MAX_BUDGET } from '../message/limits.ts'
import type { FindNodeResults } from './find-node.ts'
import { defineMethod, type Method } from './method.ts'

/** Asks for the item stored under `target`. BEP 44. */
export interface GetQuery extends QueryHead {
  readonly method: 'get'
  readonly target: Id
  /** Only a mutable item with a higher sequence number is wanted. */
  readonly seq?: bigint | undefined
  readonly want?: Want | undefined
  /** Bytes without a meaning, at most 512, for which an unproven querier may get more back. */
  readonly pad?: Uint8Array | undefined
}

/**
 * An immutable item has `v` alone. A mutable item has `v`, `k`, `sig` and `seq`, or `seq` alone
 * when it is not newer than what the querier has.
 */
export interface GetResults extends FindNodeResults {
  /** Permission to write to the responder, opaque, at most 64 bytes. */
  readonly token?: Uint8Array | undefined
  /** The value as its bencoded bytes, 1 to 1000: what is hashed or signed. */
  readonly v?: Uint8Array | undefined
  /** The Ed25519 public key, 32 bytes. */
  readonly k?: Uint8Array | undefined
  /** The Ed25519 signature, 64 bytes. */
  readonly sig?: Uint8Array | undefined
  /** The sequence number, 0 to 2^63 - 1. */
  readonly seq?: bigint | undefined
}

export const get: Method<GetQuery, GetResults> = defineMethod({
  name: 'get',
  arguments: {
    target: required(idField('target')),
    seq: sequenceField,
    want: wantField,
    pad: paddingField,
  },
  results: {
    nodes: nodesField,
    nodes6: nodes6Field,
    token: tokenField,
    v: valueField,
    k: publicKeyField,
    sig: signatureField,
    seq: sequenceField,
  },
  budgets: { response: MAX_BUDGET },
})
