// Responds to find_node with the contacts nearest to its target. BEP 5, BEP 32.

import { type FindNodeQuery, type FindNodeResults, findNode } from '@dht/krpc'
import type { NodeMethod } from './node-method.ts'

export const respondToFindNode: NodeMethod<FindNodeQuery, FindNodeResults> = {
  method: findNode,
  respond: (query, from, node) => node.contactsNear(query, from),
}
