// The adversary that harms most. It responds correctly to pings and to `find_node`, so all nodes
// keep it in their tables. To `get_peers` it names the true nearest ids at addresses that no host
// has, and its own group as the nearest nodes that respond. So a lookup does not find the true
// nodes. It accepts every write and stores nothing.

import { contact, type Query } from '@dht/krpc'
import { type Adversary, adversaryOf } from './adversary.ts'
import { AdversaryProcess, unusedEndpoint } from './adversary-process.ts'

/** Of the eight contacts in a reply. */
const HIDDEN = 5
const OWN = 3

class Adaptive extends AdversaryProcess {
  override respond(query: Query): Uint8Array {
    if (query.method !== 'get_peers') return this.honestReply(query)
    const { target } = query
    const hidden = this.group
      .nearestHonest(target, HIDDEN)
      .map(({ id }) => contact(id, unusedEndpoint(this.chance)))
    return this.replyNaming(query, [...hidden, ...this.group.nearestMembers(target, OWN)])
  }
}

export const adaptive: Adversary = adversaryOf(
  {
    name: 'adaptive',
    summary: 'correct in pings and find_node; in get_peers it hides the true nodes',
  },
  Adaptive,
)
