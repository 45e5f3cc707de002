// What the table knows of one contact: a member of a bucket, or a contact that waits in the
// replacement cache. Entries never leave the package.
// All entries are made in one place, so that engines give them one shape.

import { type Id, type Identified, idHead, idsEqual } from '@dht/id'

/** What contacts of one group share, such as an address; a number is found fastest. */
export type GroupKey = string | number

export interface TableEntry<C extends Identified> {
  contact: C
  /** What the option `addressOf` says of the contact; undefined in a table without that option. */
  readonly address: string | undefined
  /** First 32 bits of the id. */
  readonly head: number
  /**
   * When it last responded to us, or queried us after it had responded once; an instant in ms.
   * NEVER as long as it has not responded.
   */
  lastSeenAt: number
  /** Our queries to it that failed since its last response in time, minus late responses. */
  failures: number
  /** Messages received from a waiting contact since its last check, up to MAX_MESSAGES. */
  messagesSinceCheck: number
  /** When it last responded in time, ms; NEVER: it has not. */
  respondedAt: number
  /** What the option `isPreferred` says of the contact; undefined: it was not asked yet. */
  isPreferred: boolean | undefined
  /** Its key under each of the option `limits`; undefined: they were not asked yet. */
  keys: readonly (GroupKey | undefined)[] | undefined
}

/**
 * What we received from a contact: a query, whose sender anybody can forge; a response; or a
 * response to a query that was already reported as failed.
 */
export type Evidence = 'query' | 'response' | 'late response'

/**
 * More messages of a waiting contact than these make no difference. Ours: a node that joins queries
 * three times within a few round trips; an attacker must forge as many for each name.
 */
const MAX_MESSAGES = 3

/** Before every instant, so that any span since then has elapsed. */
export const NEVER: number = -Infinity

/** Whether it has never responded to us: it was restored, or has only queried us. */
export function isUnverified<C extends Identified>({ lastSeenAt }: TableEntry<C>): boolean {
  return lastSeenAt === NEVER
}

/** An entry for a contact of which nothing is known yet. */
export function newEntry<C extends Identified>(
  contact: C,
  address: string | undefined,
  id: Id = contact.id,
): TableEntry<C> {
  return {
    contact,
    address,
    head: idHead(id),
    lastSeenAt: NEVER,
    failures: 0,
    messagesSinceCheck: 0,
    respondedAt: NEVER,
    isPreferred: undefined,
    keys: undefined,
  }
}

/**
 * Records what was received from the contact of `entry`. A query updates `lastSeenAt` only of a
 * contact that has responded before, and only a response in time clears the failures. Instants
 * never move back, even if the clock does.
 */
export function record<C extends Identified>(
  entry: TableEntry<C>,
  contact: C,
  evidence: Evidence,
  now: number,
): void {
  entry.messagesSinceCheck = Math.min(entry.messagesSinceCheck + 1, MAX_MESSAGES)
  if (evidence === 'query' && isUnverified(entry)) return
  if (evidence !== 'query') entry.contact = contact
  if (evidence === 'response') {
    entry.failures = 0
    if (now > entry.respondedAt) entry.respondedAt = now
  }
  if (now > entry.lastSeenAt) entry.lastSeenAt = now
}

/** Takes back the failure reported at `failedAt`, unless a later response has cleared it. */
export function takeBackFailure<C extends Identified>(
  entry: TableEntry<C>,
  failedAt: number,
): void {
  if (entry.failures > 0 && entry.respondedAt < failedAt) entry.failures -= 1
}

/**
 * The entry with this id. Two ids hardly ever have the same head, so few ids are compared.
 *
 * @param head - the first 32 bits of `id`
 */
export function findEntry<C extends Identified>(
  entries: readonly TableEntry<C>[],
  id: Id,
  head: number = idHead(id),
): TableEntry<C> | undefined {
  for (const entry of entries) {
    if (entry.head === head && idsEqual(entry.contact.id, id)) return entry
  }
  return undefined
}

/** Whether `entry` has this id and this address. */
export function isSameContact<C extends Identified>(
  entry: TableEntry<C>,
  id: Id,
  address: string | undefined,
): boolean {
  return entry.address === address && entry.head === idHead(id) && idsEqual(entry.contact.id, id)
}

/** Removes `entry`, if it is there. The others keep their order. */
export function removeEntry<C extends Identified>(
  entries: TableEntry<C>[],
  entry: TableEntry<C>,
): void {
  const index = entries.indexOf(entry)
  if (index < 0) return
  // `splice` would make a list of what it removes.
  for (let at = index; at + 1 < entries.length; at++) entries[at] = entries[at + 1]!
  entries.pop()
}
