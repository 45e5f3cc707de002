// Who may wait beside a full bucket, and who gives way to whom when the cache is full too.
// A candidate that is good (it has answered us, lately) outweighs one that is not; among equals the
// newest is kept, for it is the likeliest to be alive (Kademlia paper, §4.1). So nobody can flush
// candidates that have answered by sending queries in many names.
// In one cache no two candidates have the same id or the same address.

import { type Identified, idsEqual } from '@dht/id'
import type { Entry } from './entry.ts'
import type { RoutingTableConfig } from './options.ts'
import { standingOf } from './standing.ts'

/** The replacement cache of one bucket: candidates in the order they came, newest last. */
export type ReplacementCache<C extends Identified> = Entry<C>[]

/**
 * Puts `newcomer` last, in place of any candidate with its id or its address.
 *
 * @param cache    - candidates of one bucket; may hold `newcomer` already
 * @param newcomer - its history brought up to date
 * @returns undefined when it is held, else why not
 */
export function hold<C extends Identified>(
  cache: ReplacementCache<C>,
  newcomer: Entry<C>,
  config: RoutingTableConfig<C>,
  now: number,
): 'address' | 'full' | undefined {
  const isGood = (entry: Entry<C>): boolean => standingOf(entry, config, now) === 'good'
  const newcomerIsGood = isGood(newcomer)
  for (const each of cache) {
    if (isRival(each, newcomer) && isGood(each) && !newcomerIsGood) return 'address'
  }
  dropRivals(cache, newcomer)
  if (cache.length >= config.cacheSize) {
    const lightest = cache.findIndex((each) => !isGood(each))
    if (lightest < 0 && !(newcomerIsGood && cache.length > 0)) return 'full'
    cache.splice(Math.max(lightest, 0), 1)
  }
  cache.push(newcomer)
  return undefined
}

/** Forgets every candidate that has the id or the address of `entry`. */
export function dropRivals<C extends Identified>(
  cache: ReplacementCache<C>,
  entry: Entry<C>,
): void {
  for (let i = cache.length - 1; i >= 0; i--) {
    if (isRival(cache[i]!, entry)) cache.splice(i, 1)
  }
}

function isRival<C extends Identified>(a: Entry<C>, b: Entry<C>): boolean {
  if (a.address !== undefined && a.address === b.address) return true
  return a.head === b.head && idsEqual(a.contact.id, b.contact.id)
}
