// Responds to pings with its own id, and to other queries with a new id next to the target.

import type { Query } from '@dht/krpc'
import { type Adversary, adversaryOf } from './adversary.ts'
import { AdversaryProcess, idNear } from './adversary-process.ts'

const TOKEN_BYTES = 8

class WrongId extends AdversaryProcess {
  override respond(query: Query): Uint8Array {
    if (!('target' in query)) return this.reply(query)
    const id = idNear(query.target, this.chance)
    const token = this.chance.bytes(TOKEN_BYTES)
    return this.reply(query, query.method === 'get_peers' ? { id, token } : { id })
  }
}

export const wrongId: Adversary = adversaryOf(
  { name: 'wrong-id', summary: 'responds with another id, next to the target' },
  WrongId,
)
