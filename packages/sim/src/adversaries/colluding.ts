// Names only members of its own group, the nearest first, so that a lookup never leaves the group.

import type { Query } from '@dht/krpc'
import { type Adversary, adversaryOf } from './adversary.ts'
import { AdversaryProcess } from './adversary-process.ts'

const NAMED = 8

class Colluding extends AdversaryProcess {
  override respond(query: Query): Uint8Array {
    if (!('target' in query) || query.method === 'announce_peer') return this.reply(query)
    return this.replyNaming(query, this.group.nearestMembers(query.target, NAMED))
  }
}

export const colluding: Adversary = adversaryOf(
  { name: 'colluding', summary: 'names only members of its own group' },
  Colluding,
)
