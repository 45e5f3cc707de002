// The goal of a lookup that wants to write to the k nodes nearest to its target: get_peers, for a
// response to it brings the write token (BEP 5). The peers in the response are not needed.

import type { Id } from '@dht/id'
import type { GetPeersQuery, GetPeersResults, Method } from '@dht/krpc'
import type { LookupGoal } from '../lookup-goal.ts'

export function writeTokens(target: Id): LookupGoal<Method<GetPeersQuery, GetPeersResults>> {
  return { target, query: { method: 'get_peers', target }, progress: 'open' }
}
