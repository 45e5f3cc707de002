// What is known of one contact, be it a member of a bucket or a candidate in its cache.
// Three facts tell its whole history: when it was last seen, how many queries have failed since it
// last answered in time, and when that was.
// Entries are made in one place, so that all have one shape. They never leave the package.
// A contact may make its id anew at each reading, so heads are compared first and ids fetched last.

import { type Id, type Identified, idHead, idsEqual } from '@dht/id'

export interface Entry<C extends Identified> {
  contact: C
  /** What `addressOf` says of the contact; undefined in a table without that option. */
  readonly address: string | undefined
  /** First 32 bits of the id, so that one comparison settles most questions about it. */
  readonly head: number
  /** A hash of the address, for the same reason: comparing texts is slow. */
  readonly addressHash: number
  /**
   * When it last answered us, or queried us after it had once answered; an instant in ms.
   * NEVER_SEEN as long as it has not answered.
   */
  lastSeenAt: number
  /** Our queries to it that failed since its last answer in time, less those it answered late. */
  failures: number
  /** Of a candidate: how often it was heard of since its last check, up to MOST_HEARINGS. */
  hearings: number
  /** When it last answered in time, ms; NEVER_SEEN: it has not. */
  answeredAt: number
}

/**
 * What a contact did: it queried us, which anybody can do in its name, or it answered us, in time
 * or after the query had been reported as failed.
 */
export type Evidence = 'query' | 'answer' | 'late answer'

/**
 * Hearings of a candidate beyond which more make no difference. Ours: a node that joins asks three
 * times within a few round trips, and a forger has to send as many queries for each name.
 */
const MOST_HEARINGS = 3

/** Where an entry's history begins: before every instant, so that any span since then is over. */
export const NEVER_SEEN: number = -Infinity

/** Whether it has never answered us: it was restored from an earlier life, or only queried us. */
export function isUnverified<C extends Identified>({ lastSeenAt }: Entry<C>): boolean {
  return lastSeenAt === NEVER_SEEN
}

/** An entry for a contact of which nothing is known yet. */
export function newEntry<C extends Identified>(
  contact: C,
  address: string | undefined,
  id: Id = contact.id,
): Entry<C> {
  return {
    contact,
    address,
    head: idHead(id),
    addressHash: address === undefined ? 0 : hashOf(address),
    lastSeenAt: NEVER_SEEN,
    failures: 0,
    hearings: 0,
    answeredAt: NEVER_SEEN,
  }
}

function hashOf(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}

/**
 * Writes down what the contact of `entry` did. A query renews only who has answered before, and
 * only an answer in time forgives all failures. The moment never moves back, whatever the clock
 * does.
 */
export function note<C extends Identified>(
  entry: Entry<C>,
  contact: C,
  evidence: Evidence,
  now: number,
): void {
  entry.hearings = Math.min(entry.hearings + 1, MOST_HEARINGS)
  if (evidence === 'query' && entry.lastSeenAt === NEVER_SEEN) return
  if (evidence !== 'query') entry.contact = contact
  if (evidence === 'answer') {
    entry.failures = 0
    if (now > entry.answeredAt) entry.answeredAt = now
  }
  if (now > entry.lastSeenAt) entry.lastSeenAt = now
}

/** Takes back the failure reported at `failedAt`, unless an answer in time has done so since. */
export function forgiveOne<C extends Identified>(entry: Entry<C>, failedAt: number): void {
  if (entry.failures > 0 && entry.answeredAt < failedAt) entry.failures -= 1
}

/** The entry of `id`. */
export function findEntry<C extends Identified>(
  entries: readonly Entry<C>[],
  id: Id,
): Entry<C> | undefined {
  const head = idHead(id)
  for (const entry of entries) {
    if (entry.head === head && idsEqual(entry.contact.id, id)) return entry
  }
  return undefined
}

/** Whether `entry` is of this id, at this address. */
export function isSameContact<C extends Identified>(
  entry: Entry<C>,
  id: Id,
  address: string | undefined,
): boolean {
  return entry.address === address && entry.head === idHead(id) && idsEqual(entry.contact.id, id)
}

/** Takes `entry` out, if it is there; the others keep their order. */
export function removeEntry<C extends Identified>(entries: Entry<C>[], entry: Entry<C>): void {
  const index = entries.indexOf(entry)
  if (index >= 0) entries.splice(index, 1)
}
