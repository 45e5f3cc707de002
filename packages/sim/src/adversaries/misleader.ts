// Names the honest nodes that are farthest from the target, so that lookups take longer.

import { idFromBytes } from '@dht/id'
import type { Query } from '@dht/krpc'
import { type Adversary, adversaryOf } from './adversary.ts'
import { AdversaryProcess } from './adversary-process.ts'

const NAMED = 8

class Misleader extends AdversaryProcess {
  override respond(query: Query): Uint8Array {
    if (!('target' in query) || query.method === 'announce_peer') return this.reply(query)
    const opposite = idFromBytes(query.target.map((byte) => byte ^ 0xff))
    return this.replyNaming(query, this.group.nearestHonest(opposite, NAMED))
  }
}

export const misleader: Adversary = adversaryOf(
  { name: 'misleader', summary: 'names the honest nodes farthest from the target' },
  Misleader,
)
