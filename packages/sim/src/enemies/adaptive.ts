// The liar that hurts most. While it is checked, by pings and by the walks that keep tables, it is
// the best of neighbours; so all know it. To whoever looks something up it names the true ids
// nearest to it at addresses where nobody is, before anybody can name them rightly, and its fellows
// as the nearest that answer. It takes every write, and keeps none.

import { contact, type Query } from '@dht/krpc'
import { type Enemy, enemyOf } from './enemy.ts'
import { Impostor, nowhere } from './impostor.ts'

/** Of the eight that a reply names. */
const HIDDEN = 5
const FELLOWS = 3

class Adaptive extends Impostor {
  override answer(query: Query): Uint8Array {
    if (query.method !== 'get_peers') return this.truth(query)
    const { target } = query
    const hidden = this.gang
      .nearest(target, HIDDEN)
      .map(({ id }) => contact(id, nowhere(this.chance)))
    return this.names(query, [...hidden, ...this.gang.fellows(target, FELLOWS)])
  }
}

export const adaptive: Enemy = enemyOf(
  { name: 'adaptive', summary: 'good while checked; hides true nodes at dead addresses' },
  Adaptive,
)
