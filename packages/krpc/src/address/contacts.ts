// Ways to contacts and back: from an id and an endpoint, and between lists of them and the wire.
// Reading trusts no length: a reply may hold half a record, a port 0, or far too many.

import { type Id, isBytes, showValue } from '@dht/id'
import { Arena } from '../bencode/arena.ts'
import { EncodeError } from '../errors.ts'
import { COMPACT_V4, COMPACT_V6, compactEndpoint, endpointAt } from './compact.ts'
import { type Contact, contactAt, type Place } from './contact.ts'
import type { Endpoint, Family } from './endpoint.ts'

/** Most contacts taken from one reply. Ours: the widest bucket in the field (k = 20). */
const MAX_CONTACTS = 20

const arena = new Arena()

/**
 * Contacts of one family in a message: in wire form, whole records, as they are read; or as they
 * are, to be written.
 */
export type Nodes = Uint8Array | readonly Contact[]

/** Bytes that they take in wire form. */
export function nodesSize(nodes: Nodes): number {
  return nodes instanceof Uint8Array ? nodes.length : nodes.length * (nodes[0]?.size ?? 0)
}

/** Bytes of one compact contact: 26 or 38 with ids of 20 bytes, 38 or 50 with ids of 32. */
export function contactSize(idLength: number, family: Family): number {
  return idLength + (family === 4 ? COMPACT_V4 : COMPACT_V6)
}

/** Makes the contact that is written somewhere. */
export type ContactMaker = (bytes: Uint8Array, place: Place) => Contact

/**
 * Makes a contact. The id is copied.
 *
 * @throws {EncodeError} when the id is no Uint8Array
 * @throws {EndpointError} when the endpoint was not made by this package and is none
 */
export function contact(id: Id, endpoint: Endpoint): Contact {
  if (!isBytes(id)) {
    throw new EncodeError({ what: 'id', expected: 'a Uint8Array', got: showValue(id) })
  }
  return contactOf(id, endpoint, contactAt)
}

/** The same, made by `make`. */
export function contactOf(id: Id, endpoint: Endpoint, make: ContactMaker): Contact {
  const tail = compactEndpoint(endpoint)
  const compact = new Uint8Array(id.length + tail.length)
  compact.set(id)
  compact.set(tail, id.length)
  return make(compact, { at: 0, idLength: id.length, size: compact.length })
}

/**
 * Reads compact contacts, those of `nodes` (family 4) or `nodes6` (family 6). A list of contacts,
 * which never were in wire form, is copied as it is, whatever it holds.
 *
 * Takes whole records and ignores what is left over; skips a port 0, and an IPv4 address mapped
 * into IPv6, which belongs in the other list. At most 20 records are looked at.
 *
 * @param idLength - bytes of an id in this network
 * @returns a fresh list of contacts, none of which keeps `nodes` alive
 * @see BEP 5, "Contact Encoding"; BEP 32
 */
export function contactsFromCompact(nodes: Nodes, idLength: number, family: Family): Contact[] {
  return readContacts(nodes, { idLength, family }, contactAt)
}

/** The same, made by `make`. */
export function readContacts(
  nodes: Nodes,
  { idLength, family }: { readonly idLength: number; readonly family: Family },
  make: ContactMaker,
): Contact[] {
  if (!(nodes instanceof Uint8Array)) return nodes.slice()
  const size = contactSize(idLength, family)
  const count = Math.min(Math.floor(nodes.length / size), MAX_CONTACTS)
  const contacts: Contact[] = []
  const place = { at: 0, idLength, size }
  for (; place.at < count * size; place.at += size) {
    if (!isOfFamily(nodes, place.at + idLength, family)) continue
    contacts.push(make(nodes, place))
  }
  return contacts
}

/**
 * Puts contacts behind one another in wire form, as `nodes` and `nodes6` want them.
 *
 * @param contacts - all of one family and one id width
 * @returns bytes that are not written again; a view of a larger buffer, so copy what is kept long
 * @throws {EncodeError} when they are not
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

/** Whether the compact endpoint at `at` has a port, and an address of its list's family. */
function isOfFamily(bytes: Uint8Array, at: number, family: Family): boolean {
  const length = family === 4 ? COMPACT_V4 : COMPACT_V6
  if (bytes[at + length - 1] === 0 && bytes[at + length - 2] === 0) return false
  return family === 4 || endpointAt(bytes, at, at + length)?.family === family
}
