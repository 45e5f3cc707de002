// Two methods with the arguments and results of BEP 44, which the package does not have yet. They
// use every kind of field for values that are hashed or signed.

import type { Id } from '@dht/id'
import {
  type BuiltInMethod,
  bytesField,
  defineMethod,
  encodedField,
  fixedBytesField,
  idField,
  integerField,
  type Method,
  MethodList,
  type Network,
  type Nodes,
  nodes6Field,
  nodesField,
  type QueryHead,
  required,
  tokenField,
} from '@dht/krpc'

export interface GetQuery extends QueryHead {
  readonly method: 'get'
  readonly target: Id
  readonly seq?: bigint | undefined
}

interface GetResults {
  readonly nodes?: Nodes | undefined
  readonly nodes6?: Nodes | undefined
  readonly token?: Uint8Array | undefined
  readonly v?: Uint8Array | undefined
  readonly k?: Uint8Array | undefined
  readonly sig?: Uint8Array | undefined
  readonly seq?: bigint | undefined
}

export interface PutQuery extends QueryHead {
  readonly method: 'put'
  readonly target?: Id | undefined
  readonly v: Uint8Array
  readonly token: Uint8Array
  readonly k?: Uint8Array | undefined
  readonly sig?: Uint8Array | undefined
  readonly salt?: Uint8Array | undefined
  readonly seq?: bigint | undefined
  readonly cas?: bigint | undefined
}

export const MAX_V = 1000

const v = encodedField('v', MAX_V)
const k = fixedBytesField('k', 32)
const sig = fixedBytesField('sig', 64)
const seq = integerField('seq', { min: 0n })

const get: Method<GetQuery, GetResults> = defineMethod({
  name: 'get',
  arguments: { target: required(idField('target')), seq },
  results: { nodes: nodesField, nodes6: nodes6Field, token: tokenField, v, k, sig, seq },
  budgets: { response: 1400 },
})

const put: Method<PutQuery, object> = defineMethod({
  name: 'put',
  arguments: {
    target: idField('target'),
    v: required(v),
    token: required(tokenField),
    k,
    sig,
    salt: bytesField('salt', 64),
    seq,
    cas: integerField('cas'),
  },
  results: {},
  budgets: { query: 1400 },
})

export type WithItems = BuiltInMethod | typeof get | typeof put

/** The network with both methods. */
export function withItems(network: Network): Network<WithItems> {
  const methods = new MethodList<WithItems>([...network.methods.all, get, put])
  return { ...network, methods }
}
