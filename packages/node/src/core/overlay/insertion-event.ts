// The event that tells watchers of a new member of the routing table.

import type { Contact, Family } from '@dht/krpc'
import type { Insertion } from '@dht/routing-table'
import type { NodeEvent } from '../event.ts'

/** @returns undefined when the contact is not a member, or was a member before */
export function insertionEvent(
  { kind, ...rest }: Insertion<Contact>,
  contact: Contact,
  family: Family,
): NodeEvent | undefined {
  if (kind === 'added') return { kind: 'contact-added', family, contact }
  if (!('evicted' in rest)) return undefined
  return { kind: 'contact-replaced', family, contact, evicted: rest.evicted }
}
