// get_peers: which peers were announced under an info hash, and a token for announcing. BEP 5.

import type { Id } from '@dht/id'
import { required } from '../fields/field.ts'
import { idField } from '../fields/id.ts'
import { nodes6Field, nodesField } from '../fields/nodes.ts'
import { paddingField } from '../fields/padding.ts'
import { tokenField } from '../fields/token.ts'
import { valuesField } from '../fields/values.ts'
import { type Want, wantField } from '../fields/want.ts'
import type { QueryHead } from '../message/envelope.ts'
import type { FindNodeResults } from './find-node.ts'
import { defineMethod, type Method, type MethodDefinition } from './method.ts'

/** Asks for the peers announced under `target`. BEP 5, BEP 32. */
export interface GetPeersQuery extends QueryHead {
  readonly method: 'get_peers'
  /** `info_hash` on the wire. */
  readonly target: Id
  readonly want?: Want | undefined
  /** Bytes without a meaning, at most 512, for which an unproven querier may get more back. */
  readonly pad?: Uint8Array | undefined
}

/** Peers, contacts nearer to the target, or both, and usually a write token. */
export interface GetPeersResults extends FindNodeResults {
  /** Permission to write to the responder, opaque, at most 64 bytes. */
  readonly token?: Uint8Array | undefined
  /** Peers in compact form, 6 or 18 bytes each; see `endpointFromCompact`. */
  readonly values?: readonly Uint8Array[] | undefined
}

/** What the methods of both networks have in common. */
export const getPeersDefinition: MethodDefinition<GetPeersQuery, GetPeersResults> = {
  name: 'get_peers',
  arguments: { target: required(idField('info_hash')), want: wantField, pad: paddingField },
  results: { nodes: nodesField, nodes6: nodes6Field, token: tokenField, values: valuesField },
}

export const getPeers: Method<GetPeersQuery, GetPeersResults> = defineMethod(getPeersDefinition)
