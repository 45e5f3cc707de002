// Answers pings, so that it is known, and is silent about all else.

import type { Query } from '@dht/krpc'
import { type Enemy, enemyOf } from './enemy.ts'
import { Impostor } from './impostor.ts'

class Silent extends Impostor {
  override answer(query: Query): Uint8Array | undefined {
    return query.method === 'ping' ? this.reply(query) : undefined
  }
}

export const silent: Enemy = enemyOf(
  { name: 'silent', summary: 'answers pings and nothing else' },
  Silent,
)
