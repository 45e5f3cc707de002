// Responds to a method that is not in the list but names a target, like find_node (libtorrent,
// mldht). So a new method finds its way through nodes that do not know it.

import type { FindNodeResults, UnknownQuery } from '@dht/krpc'
import type { NodeMethod } from './node-method.ts'

export const respondToUnknown: Pick<NodeMethod<UnknownQuery, FindNodeResults>, 'respond'> = {
  respond: (query, from, node) => node.contactsNear(query, from),
}
