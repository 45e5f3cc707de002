// One of many identities around a key or a victim. Honest about everything else, so that it is
// liked; about what lies next to itself it knows only its fellows, and nothing is stored there.

import { commonPrefixLength } from '@dht/id'
import type { Query } from '@dht/krpc'
import { type Adversary, adversaryOf } from './adversary.ts'
import { AdversaryProcess } from './adversary-process.ts'

const NAMED = 8
/** Bits in common from which on a target is what it guards. */
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
  { name: 'sybil', summary: 'surrounds what it is aimed at, and is honest about all else' },
  Sybil,
)
