// Is itself when pinged, and somebody else for whoever looks for something: somebody right there.

import type { Query } from '@dht/krpc'
import { type Enemy, enemyOf } from './enemy.ts'
import { groundTo, Impostor } from './impostor.ts'

const TOKEN_BYTES = 8

class WrongId extends Impostor {
  override answer(query: Query): Uint8Array {
    if (!('target' in query)) return this.reply(query)
    const id = groundTo(query.target, this.chance)
    const token = this.chance.bytes(TOKEN_BYTES)
    return this.reply(query, query.method === 'get_peers' ? { id, token } : { id })
  }
}

export const wrongId: Enemy = enemyOf(
  { name: 'wrong-id', summary: 'answers as somebody else, next to the target' },
  WrongId,
)
