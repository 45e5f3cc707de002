// Names honest nodes, but the farthest from what is looked for, so that the way grows long.

import { idFromBytes } from '@dht/id'
import type { Query } from '@dht/krpc'
import { type Enemy, enemyOf } from './enemy.ts'
import { Impostor } from './impostor.ts'

const NAMED = 8

class Misleader extends Impostor {
  override answer(query: Query): Uint8Array {
    if (!('target' in query) || query.method === 'announce_peer') return this.reply(query)
    const opposite = idFromBytes(query.target.map((byte) => byte ^ 0xff))
    return this.names(query, this.gang.nearest(opposite, NAMED))
  }
}

export const misleader: Enemy = enemyOf(
  { name: 'misleader', summary: 'names honest nodes that are as far away as can be' },
  Misleader,
)
