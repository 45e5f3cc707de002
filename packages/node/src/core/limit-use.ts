// The limits of a node that its user may run into, how far each is used, and how often it was
// reached.

import type { CoreParts } from './core-parts.ts'
import type { Overlay } from './overlay/overlay.ts'
import { MAX_WAITING } from './queries/outgoing-queries.ts'

export interface LimitUse {
  readonly name: string
  /** Most that is allowed. */
  readonly limit: number
  readonly unit: 'count' | 'bytes' | 'per-second' | 'bytes-per-second' | 'per-window'
  /** How much of it is used now; undefined: not known. */
  readonly used: number | undefined
  /** How often it was reached since the start; undefined: not counted. */
  readonly reached: number | undefined
}

export function limitUses(parts: CoreParts): LimitUse[] {
  return [...queryLimits(parts), ...storeLimits(parts), ...userLimits(parts)]
}

function queryLimits({ services, overlays, rateLimiter }: CoreParts): LimitUse[] {
  const { config, counters } = services
  const all = [...overlays.values()]
  return [
    {
      name: 'open-queries',
      limit: config.maxTransactions * all.length,
      unit: 'count',
      used: sumOf(all, ({ queries }) => queries.open),
      reached: counters.queriesOverflowed,
    },
    {
      name: 'waiting-queries',
      limit: MAX_WAITING * all.length,
      unit: 'count',
      used: sumOf(all, ({ queries }) => queries.waiting),
      reached: counters.queriesDropped,
    },
    {
      name: 'queries-to-host',
      limit: config.network.pace.perSecond,
      unit: 'per-second',
      used: undefined,
      reached: counters.queriesQueued,
    },
    {
      name: 'queries-from-host',
      limit: config.queriesPerSource,
      unit: 'per-window',
      used: undefined,
      reached: counters.queriesLimited,
    },
    count('hosts-counted', config.maxSources, rateLimiter.sources),
    rate('reply-bytes', config.replyBytesPerSecond, 'bytes-per-second'),
    rate('checks', config.checksPerSecond, 'per-second'),
  ]
}

function storeLimits({ services, store, contents }: CoreParts): LimitUse[] {
  const { config } = services
  const { items } = contents
  const peers = [
    count('stored-peers', config.maxPeers, store.size),
    count('stored-keys', config.maxKeys, store.keys),
  ]
  if (!services.network.methods.names.includes('put')) return peers
  const bytes = { ...count('item-bytes', config.maxItemBytes, items.bytes), unit: 'bytes' } as const
  return [...peers, count('stored-items', config.maxItems, items.size), bytes]
}

function userLimits({ services, publisher }: CoreParts): LimitUse[] {
  const { config, operations } = services
  return [
    count('announcements', config.maxAnnouncements, publisher.size),
    count('operations', config.maxOperations, operations.size),
  ]
}

function count(name: string, limit: number, used: number): LimitUse {
  return { name, limit, unit: 'count', used, reached: undefined }
}

function rate(name: string, limit: number, unit: LimitUse['unit']): LimitUse {
  return { name, limit, unit, used: undefined, reached: undefined }
}

function sumOf(overlays: readonly Overlay[], numberOf: (overlay: Overlay) => number): number {
  return overlays.reduce((sum, overlay) => sum + numberOf(overlay), 0)
}
