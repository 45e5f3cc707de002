// A network with the methods of BEP 44, whether or not it has them by itself.

import { type BuiltInMethod, get, MethodList, type Network, put } from '@dht/krpc'

export type WithItems = BuiltInMethod | typeof get | typeof put

export function withItems(network: Network): Network<WithItems> {
  const methods = new Set<WithItems>([...network.methods.all, get, put])
  return { ...network, methods: new MethodList<WithItems>([...methods]) }
}
