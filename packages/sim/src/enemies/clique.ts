// Names only its fellows, the nearest first, so that a lookup once among them stays there.

import type { Query } from '@dht/krpc'
import { type Enemy, enemyOf } from './enemy.ts'
import { Impostor } from './impostor.ts'

const NAMED = 8

class Clique extends Impostor {
  override answer(query: Query): Uint8Array {
    if (!('target' in query) || query.method === 'announce_peer') return this.reply(query)
    return this.names(query, this.gang.fellows(query.target, NAMED))
  }
}

export const clique: Enemy = enemyOf({ name: 'clique', summary: 'names only its fellows' }, Clique)
