// Names nodes that don't exist, next to the target, and different ones every time.

import type { Query } from '@dht/krpc'
import { type Adversary, adversaryOf } from './adversary.ts'
import { AdversaryProcess } from './adversary-process.ts'

const NAMED = 8

class Inventor extends AdversaryProcess {
  override respond(query: Query): Uint8Array {
    if (!('target' in query) || query.method === 'announce_peer') return this.reply(query)
    const { target } = query
    return this.replyNaming(
      query,
      Array.from({ length: NAMED }, () => this.inventedContact(target)),
    )
  }
}

export const inventor: Adversary = adversaryOf(
  { name: 'inventor', summary: 'names nodes that do not exist, next to the target' },
  Inventor,
)
