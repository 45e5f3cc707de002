// The network of a node with exactly the methods of the node: what it reads and writes is what it
// responds to.

import { MethodList, type Network } from '@dht/krpc'
import { argumentError } from '../../errors.ts'
import type { AnyMethod, NodeMethod, NodeNetwork } from './node-method.ts'

/**
 * @param network - the node sends queries of all its methods, so it must have these
 * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` when a method of the network is missing
 * @throws {OptionsError} when two methods do not go together; see `MethodList`
 */
export function withMethods(network: Network, methods: readonly NodeMethod[]): NodeNetwork {
  const all = methods.map(({ method }) => method)
  const missing = network.methods.all.find((each) => !all.includes(each))
  if (missing !== undefined) {
    const names = all.map(({ name }) => name).join(', ')
    throw argumentError('methods', `the network's ${missing.name} among them`, names)
  }
  if (all.length === network.methods.all.length) return network
  return Object.freeze({ ...network, methods: new MethodList<AnyMethod>(all) })
}
