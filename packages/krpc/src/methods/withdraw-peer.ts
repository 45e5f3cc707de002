// withdraw_peer: forget what the sender announced under a target. Ours, for dht256. Mainline has
// nothing like it.

import type { Id } from '@dht/id'
import { required } from '../fields/field.ts'
import { idField } from '../fields/id.ts'
import { tokenField } from '../fields/token.ts'
import type { QueryHead } from '../message/envelope.ts'
import { defineMethod, type Method } from './method.ts'

/**
 * Removes what the sender's address and UDP port announced under `target`. The response has nothing
 * but an id, whether or not anything was stored.
 */
export interface WithdrawPeerQuery extends QueryHead {
  readonly method: 'withdraw_peer'
  readonly target: Id
  /** The write token from the receiver's response to get_peers; at most 64 bytes. */
  readonly token: Uint8Array
}

export const withdrawPeer: Method<WithdrawPeerQuery, object> = defineMethod({
  name: 'withdraw_peer',
  arguments: { target: required(idField('target')), token: required(tokenField) },
  results: {},
})
