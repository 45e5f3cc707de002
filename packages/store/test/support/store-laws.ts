// The laws of a store's state, checked on its snapshot and its counts alone. Each function returns
// all violations as text.

import type { PeerStore, PeerStoreConfig, PeerStoreSnapshot } from '../../src/index.ts'
import { hexOf, sourceOf } from './world.ts'

export type Counts = Pick<PeerStore, 'size' | 'keys' | 'sources'> & {
  readonly nextExpiryAt: number | undefined
}

type Entry = PeerStoreSnapshot['peers'][number]

export function countsOf(store: PeerStore): Counts {
  const { size, keys, sources } = store
  return { size, keys, sources, nextExpiryAt: store.nextExpiryAt() }
}

export function storeViolations(
  { at, peers }: PeerStoreSnapshot,
  config: PeerStoreConfig,
  counts: Counts,
): string[] {
  return [
    ...boundViolations(peers, config),
    ...peers.flatMap((entry, index) => {
      const found: string[] = []
      const before = peers[index - 1]?.stampedAt ?? Number.NEGATIVE_INFINITY
      if (entry.stampedAt < before) found.push(`STORE-4: ${index} is out of order`)
      if (at - entry.stampedAt > config.lifetimeMs) found.push(`STORE-5: ${index} has expired`)
      if (entry.stampedAt > at) found.push(`STORE-2: ${index} is of the future`)
      if (entry.othersAt > entry.stampedAt) found.push(`STORE-59: ${index} is put too late`)
      return found
    }),
    ...countViolations(peers, config, counts),
  ]
}

const target = (entry: Entry) => hexOf(entry.target)
const source = (entry: Entry) => hexOf(sourceOf(entry.address))

function boundViolations(entries: readonly Entry[], config: PeerStoreConfig): string[] {
  const found: string[] = []
  const most = (law: string, by: (entry: Entry) => string, bound: number) => {
    const names = entries.map(by)
    for (const name of new Set(names)) {
      const count = names.filter((other) => other === name).length
      if (count > bound) found.push(`${law}: ${count} of ${bound} at ${name}`)
    }
  }
  most('STORE-52, all', () => 'all', config.maxPeers)
  most('STORE-52, key', target, config.maxPeersPerKey)
  most('STORE-52, source', source, config.maxPeersPerSource)
  const both = (entry: Entry) => `${target(entry)} ${source(entry)}`
  most('STORE-52, source and key', both, config.maxPeersPerSourceAndKey)
  most('STORE-3', (entry) => `${target(entry)} ${hexOf(entry.peer)}`, 1)
  const keys = new Set(entries.map(target)).size
  if (keys > config.maxKeys) found.push(`STORE-52, keys: ${keys} of ${config.maxKeys}`)
  return found
}

function countViolations(
  entries: readonly Entry[],
  { lifetimeMs }: PeerStoreConfig,
  counts: Counts,
): string[] {
  const [oldest] = entries
  const expected: Counts = {
    size: entries.length,
    keys: new Set(entries.map(target)).size,
    sources: new Set(entries.map(source)).size,
    nextExpiryAt: oldest && oldest.stampedAt + lifetimeMs + 1,
  }
  return (['size', 'keys', 'sources', 'nextExpiryAt'] as const)
    .filter((each) => counts[each] !== expected[each])
    .map((each) => `STORE-55: ${each} is ${counts[each]}, not ${expected[each]}`)
}
