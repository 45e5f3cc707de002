// What commands for a whole core are about: ids by what they mean, looked up when a command runs.

import type { Contact, Endpoint, Message } from '@dht/krpc'
import { encodeMessage } from '@dht/krpc'
import type { World } from './core.world.ts'

export interface Target {
  readonly of: 'key' | 'peer' | 'self' | 'stored' | 'entered'
  readonly n: number
}

export function targetOf({ of, n }: Target, world: World): Contact['id'] {
  const { model } = world
  const stored = model.responder.store.live(Number.NEGATIVE_INFINITY)
  const { entries } = model.publisher
  if (of === 'self') return model.selfId
  if (of === 'peer') return world.neighbours[n % world.neighbours.length]!.id
  if (of === 'stored' && stored.length > 0) return stored[n % stored.length]!.target
  if (of === 'entered' && entries.length > 0) return model.idOf(entries[n % entries.length]!.target)
  return world.idAt(n % 4, 3)
}

/** A datagram arrives. */
export function send(message: Message, from: Endpoint, world: World): void {
  const bytes = encodeMessage(message, world.model.config.network)
  world.play({ kind: 'receive', bytes, from })
}
