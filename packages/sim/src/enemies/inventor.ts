// Names nodes that don't exist, each right beside what is looked for, others every time.

import type { Query } from '@dht/krpc'
import { type Enemy, enemyOf } from './enemy.ts'
import { Impostor } from './impostor.ts'

const NAMED = 8

class Inventor extends Impostor {
  override answer(query: Query): Uint8Array {
    if (!('target' in query) || query.method === 'announce_peer') return this.reply(query)
    const { target } = query
    return this.names(
      query,
      Array.from({ length: NAMED }, () => this.invented(target)),
    )
  }
}

export const inventor: Enemy = enemyOf(
  { name: 'inventor', summary: 'names nodes that do not exist, next to the target' },
  Inventor,
)
