// Is itself when pinged, and somebody else for whoever looks for something: somebody right there.

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
  { name: 'wrong-id', summary: 'answers as somebody else, next to the target' },
  WrongId,
)
