// Makes contacts, and converts lists of contacts to and from the compact form of `nodes`. Reading
// trusts no length: a response may hold half a record, a port 0, or far too many records.

import { type Id, isBytes, showValue } from '@dht/id'
import { Arena } from '../bencode/arena.ts'
import { EncodeError } from '../errors.ts'
import { COMPACT_V4, COMPACT_V6, compactEndpoint, endpointAt } from './compact.ts'
import { type Contact, contactAt } from './contact.ts'
import type { Endpoint, Family } from './endpoint.ts'

/** Most contacts read from one response. Ours: the widest bucket in the field (k = 20). */
const MAX_CONTACTS = 20

const arena = new Arena()

/**
 * Contacts of one family in a message. Read messages have them in compact form, in whole records.
 * Messages to be written may have a list of contacts.
 */
export type Nodes = Uint8Array | readonly Contact[]

/** Bytes of the compact form. */
export function nodesSize(nodes: Nodes): number {
  return nodes instanceof Uint8Array ? nodes.length : nodes.length * (nodes[0]?.size ?? 0)
}

/** Bytes of one compact contact: 26 or 38 with ids of 20 bytes, 38 or 50 with ids of 32. */
export function contactSize(idLength: number, family: Family): number {
  return idLength + (family === 4 ? COMPACT_V4 : COMPACT_V6)
}

/**
 * Makes a contact. The id is copied.
 *
 * @throws {EncodeError} when the id is no Uint8Array
 * @throws {EndpointError} when the address or the port is invalid
 */
export function contact(id: Id, endpoint: Endpoint): Contact {
  if (!isBytes(id)) {
    throw new EncodeError({ what: 'id', expected: 'a Uint8Array', got: showValue(id) })
  }
  const tail = compactEndpoint(endpoint)
  const compact = new Uint8Array(id.length + tail.length)
  compact.set(id)
  compact.set(tail, id.length)
  return contactAt(compact, { start: 0, middle: id.length, end: compact.length })
}

/** Makes the contact at a place. */
export type ContactMaker = typeof contactAt

/**
 * Reads the compact contacts of `nodes` (family 4) or `nodes6` (family 6). A list of contacts is
 * copied unchecked.
 *
 * An incomplete record at the end is ignored. A record with port 0 is skipped, and so is an IPv4
 * address mapped into IPv6, which belongs in the other list. At most 20 records are read.
 *
 * @param idLength - bytes of an id in this network
 * @returns a new list of contacts, which do not refer to `nodes`
 * @see BEP 5, "Contact Encoding"; BEP 32
 */
export function contactsFromCompact(nodes: Nodes, idLength: number, family: Family): Contact[] {
  return readContacts(nodes, { idLength, family }, contactAt)
}

/** As {@link contactsFromCompact}; each contact that is read is made by `make`. */
export function readContacts(
  nodes: Nodes,
  { idLength, family }: { readonly idLength: number; readonly family: Family },
  make: ContactMaker,
): Contact[] {
  if (!(nodes instanceof Uint8Array)) return nodes.slice()
  const size = contactSize(idLength, family)
  const count = Math.min(Math.floor(nodes.length / size), MAX_CONTACTS)
  const contacts: Contact[] = []
  for (let start = 0; start < count * size; start += size) {
    const middle = start + idLength
    if (!isOfFamily(nodes, middle, family)) continue
    contacts.push(make(nodes, { start, middle, end: start + size }))
  }
  return contacts
}

/**
 * The compact form of contacts one after another, as in `nodes` and `nodes6`.
 *
 * @param contacts - all of one family and one id width
 * @returns bytes that are never written again; a view of a larger buffer, so copy them to keep them
 * @throws {EncodeError} when the contacts differ in family or width
 */
export function compactContacts(contacts: readonly Contact[]): Uint8Array {
  const size = contacts[0]?.size ?? 0
  const bytes = arena.take(contacts.length * size)
  let at = 0
  for (const each of contacts) {
    if (each.size !== size) {
      const expected = `${size} bytes like the others`
      throw new EncodeError({ what: 'compact contact', expected, got: String(each.size) })
    }
    each.writeTo(bytes, at)
    at += size
  }
  return bytes
}

/** Whether the compact endpoint at `at` has a port other than 0, and an address of the family. */
function isOfFamily(bytes: Uint8Array, at: number, family: Family): boolean {
  const length = family === 4 ? COMPACT_V4 : COMPACT_V6
  if (bytes[at + length - 1] === 0 && bytes[at + length - 2] === 0) return false
  return family === 4 || endpointAt(bytes, at, at + length)?.family === family
}
