// One of many ids around a key or a victim. It responds correctly to queries about other targets,
// so that nodes keep it. For targets near its own id it names only members of its group, and it
// stores nothing.

import { commonPrefixLength } from '@dht/id'
import type { Query } from '@dht/krpc'
import { type Adversary, adversaryOf } from './adversary.ts'
import { AdversaryProcess } from './adversary-process.ts'

const NAMED = 8
/** A target is near if it shares this many bits with the adversary's id. */
const GUARDED_BITS = 24

class Sybil extends AdversaryProcess {
  override respond(query: Query): Uint8Array {
    const isGuarded =
      'target' in query && commonPrefixLength(query.target, this.contact.id) >= GUARDED_BITS
    if (!isGuarded || query.method === 'announce_peer') return this.honestReply(query)
    return this.replyNaming(query, this.group.nearestMembers(query.target, NAMED))
  }
}

export const sybil: Adversary = adversaryOf(
  { name: 'sybil', summary: 'surrounds a target with its group and responds correctly otherwise' },
  Sybil,
)
