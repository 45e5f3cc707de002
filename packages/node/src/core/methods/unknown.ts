// Responds to a method that is not in the list but names a target, like find_node (libtorrent,
// mldht). So a new method finds its way through nodes that do not know it.

import { type FindNodeResults, type UnknownQuery, unknownMethod } from '@dht/krpc'
import type { NodeMethod } from './node-method.ts'

export const respondToUnknown: NodeMethod<Omit<UnknownQuery, 'name'>, FindNodeResults> = {
  method: unknownMethod,
  respond: (query, from, node) => node.contactsNear(query, from),
}
