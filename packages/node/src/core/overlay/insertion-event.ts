// What watchers are told when the routing table has taken a contact in.

import type { Contact, Family } from '@dht/krpc'
import type { Insertion } from '@dht/routing-table'
import type { NodeEvent } from '../event.ts'

/** Undefined: the contact is no member, or was one before. */
export function insertionEvent(
  { kind, ...rest }: Insertion<Contact>,
  contact: Contact,
  family: Family,
): NodeEvent | undefined {
  if (kind === 'added') return { kind: 'contact-added', family, contact }
  if (!('evicted' in rest)) return undefined
  return { kind: 'contact-replaced', family, contact, evicted: rest.evicted }
}
