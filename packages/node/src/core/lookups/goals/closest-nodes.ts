// The goal of a lookup that wants the k nodes nearest to its target: find_node, until each of them
// has responded or failed.

import type { Id } from '@dht/id'
import type { FindNodeQuery, FindNodeResults, Method } from '@dht/krpc'
import type { LookupGoal } from '../lookup-goal.ts'

export function closestNodes(target: Id): LookupGoal<Method<FindNodeQuery, FindNodeResults>> {
  return { target, query: { method: 'find_node', target }, progress: 'open' }
}
