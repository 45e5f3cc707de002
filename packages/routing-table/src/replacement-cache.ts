// Who may wait beside a full bucket, and who gives way to whom when the cache is full too.
// A candidate that has answered us outweighs one that has not; among equals the newest is kept, for
// it is the likeliest to be alive (Kademlia paper, §4.1). So nobody can flush candidates that have
// answered by sending queries in many names.
// In one cache no two candidates have the same id or the same address.

import { type Identified, idsEqual } from '@dht/id'
import { type Entry, NEVER_SEEN, removeEntry } from './entry.ts'

/** Candidates of one bucket: first those that never answered, then the others; newest last. */
export type ReplacementCache<C extends Identified> = Entry<C>[]

/**
 * Lets `newcomer` wait, as the newest of its weight, in place of any candidate with its id or its
 * address.
 *
 * @param cache    - candidates of one bucket; may hold `newcomer` already
 * @param newcomer - its history brought up to date
 * @param size     - most candidates
 * @returns undefined when it is held, else why not
 */
export function hold<C extends Identified>(
  cache: ReplacementCache<C>,
  newcomer: Entry<C>,
  size: number,
): 'address' | 'full' | undefined {
  // Of two rivals the heavier one is the later.
  let rival: Entry<C> | undefined
  for (const each of cache) if (isRival(each, newcomer)) rival = each
  if (rival !== undefined && hasAnswered(rival) && !hasAnswered(newcomer)) return 'address'
  if (rival !== undefined) dropRivals(cache, newcomer)
  else if (cache.length >= size) {
    const lightest = cache[0]
    if (lightest === undefined) return 'full'
    if (hasAnswered(lightest) && !hasAnswered(newcomer)) return 'full'
    cache.shift()
  }
  const place = hasAnswered(newcomer) ? -1 : cache.findIndex(hasAnswered)
  if (place < 0) cache.push(newcomer)
  else cache.splice(place, 0, newcomer)
  return undefined
}

/** Forgets every candidate that has the id or the address of `entry`, itself included. */
export function dropRivals<C extends Identified>(
  cache: ReplacementCache<C>,
  entry: Entry<C>,
): void {
  for (let i = cache.length - 1; i >= 0; i--) {
    const each = cache[i]!
    if (isRival(each, entry)) removeEntry(cache, each)
  }
}

function isRival<C extends Identified>(a: Entry<C>, b: Entry<C>): boolean {
  if (a.head === b.head && idsEqual(a.contact.id, b.contact.id)) return true
  return a.address !== undefined && a.address === b.address
}

function hasAnswered<C extends Identified>(entry: Entry<C>): boolean {
  return entry.lastSeenAt !== NEVER_SEEN
}
