// A contact is a node id with the endpoint it was heard from, kept ready in its wire form:
// id ‖ address ‖ port, so that sending a contact is copying its bytes.
// Reading trusts no length: a reply may hold half a record, a port 0, or far too many.

import { type Id, type Identified, idView } from '@dht/id'
import { Arena } from './arena.ts'
import { COMPACT_V4, COMPACT_V6, compactEndpoint, endpointAt } from './compact.ts'
import type { Endpoint, Family } from './endpoint.ts'
import { EncodeError } from './errors.ts'

/** A node: its id and where to reach it. */
export interface Contact extends Identified {
  readonly endpoint: Endpoint
  /** The wire form, id ‖ address ‖ port: id length + 6 bytes (IPv4) or + 18 (IPv6). */
  readonly compact: Uint8Array
}

/** Most contacts taken from one reply. Ours: the widest bucket in the field (k = 20). */
const MAX_CONTACTS = 20

const arena = new Arena()

/** Bytes of one compact contact: 26 or 38 with ids of 20 bytes, 38 or 50 with ids of 32. */
export function contactSize(idLength: number, family: Family): number {
  return idLength + (family === 4 ? COMPACT_V4 : COMPACT_V6)
}

/**
 * Makes a contact. The id is copied.
 *
 * @throws {EndpointError} when the endpoint was not made by this package and is none
 */
export function contact(id: Id, endpoint: Endpoint): Contact {
  const tail = compactEndpoint(endpoint)
  const compact = new Uint8Array(id.length + tail.length)
  compact.set(id)
  compact.set(tail, id.length)
  // A copy and no view: a view takes the bytes out of the engine's heap, which costs a contact made
  // here twice its memory and its time. Measured.
  return { id: idView(new Uint8Array(id)), endpoint, compact }
}

/**
 * Reads compact contacts, those of `nodes` (family 4) or `nodes6` (family 6).
 *
 * Takes whole records and ignores what is left over; skips a port 0, and an IPv4 address mapped
 * into IPv6, which belongs in the other list. At most 20 records are looked at.
 *
 * @param idLength - bytes of an id in this network
 * @returns fresh contacts; none is a view of `bytes`
 * @see BEP 5, "Contact Encoding"; BEP 32
 */
export function contactsFromCompact(
  bytes: Uint8Array,
  idLength: number,
  family: Family,
): Contact[] {
  const size = contactSize(idLength, family)
  const count = Math.min(Math.floor(bytes.length / size), MAX_CONTACTS)
  // One copy for all of them: a contact outlives the datagram that brought it.
  const copy = new Uint8Array(bytes.subarray(0, count * size))
  const contacts: Contact[] = []
  for (let at = 0; at < copy.length; at += size) {
    const endpoint = endpointAt(copy, at + idLength, at + size)
    if (endpoint === undefined || endpoint.family !== family) continue
    const id = idView(copy.subarray(at, at + idLength))
    contacts.push({ id, endpoint, compact: copy.subarray(at, at + size) })
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
  const size = contacts[0]?.compact.length ?? 0
  const bytes = arena.take(contacts.length * size)
  let at = 0
  for (const { compact } of contacts) {
    if (compact.length !== size) {
      const expected = `${size} bytes like the others`
      throw new EncodeError({ what: 'compact contact', expected, got: String(compact.length) })
    }
    bytes.set(compact, at)
    at += size
  }
  return bytes
}
