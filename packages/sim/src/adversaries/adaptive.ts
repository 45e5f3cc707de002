// The liar that hurts most. While it is checked, by pings and by the walks that keep tables, it is
// the best of neighbours; so all know it. To whoever looks something up it names the true ids
// nearest to it at addresses where nobody is, before anybody can name them rightly, and its fellows
// as the nearest that answer. It takes every write, and keeps none.

import { contact, type Query } from '@dht/krpc'
import { type Adversary, adversaryOf } from './adversary.ts'
import { AdversaryProcess, unusedEndpoint } from './adversary-process.ts'

/** Of the eight that a reply names. */
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
  { name: 'adaptive', summary: 'good while checked; hides true nodes at dead addresses' },
  Adaptive,
)
