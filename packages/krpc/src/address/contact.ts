// A contact: a node id and the endpoint of that node. Contacts are immutable, so lists, tables and
// nodes can share them.

import { type Id, type Identified, idKey, idsEqual, idView } from '@dht/id'
import { COMPACT_V4, COMPACT_V6, compactEndpoint, endpointAt } from './compact.ts'
import { type Endpoint, type Family, sameEndpoint } from './endpoint.ts'
import { isRoutable, isUnicast } from './routable.ts'

/** A node id and the endpoint of that node. `contact` and `contactsFromCompact` create it. */
export class Contact implements Identified {
  /** Never write to it. */
  readonly id: Id
  /** Frozen. */
  readonly endpoint: Endpoint
  readonly #endpointKey: string

  /** @param endpointKey - that of `endpoint` */
  constructor(id: Id, endpoint: Endpoint, endpointKey: string) {
    this.id = id
    this.endpoint = endpoint
    this.#endpointKey = endpointKey
  }

  /** A key for maps, not printable. Two keys are equal exactly when their endpoints are equal. */
  get endpointKey(): string {
    return this.#endpointKey
  }

  get family(): Family {
    return this.endpoint.family
  }

  /** A key for maps, not printable. Two keys are equal exactly when id and endpoint are equal. */
  get key(): string {
    return idKey(this.id) + this.endpointKey
  }

  /** Whether a remote node can have this endpoint; see {@link isRoutable}. */
  get isRoutable(): boolean {
    return isRoutable(this.endpoint)
  }

  /** Whether a datagram to its endpoint can reach one node; see {@link isUnicast}. */
  get isUnicast(): boolean {
    return isUnicast(this.endpoint)
  }

  /** Whether `id` is the id of this contact. */
  hasId(id: Id): boolean {
    return idsEqual(this.id, id)
  }

  /** Whether `endpoint` is the endpoint of this contact. */
  isAt(endpoint: Endpoint): boolean {
    return sameEndpoint(this.endpoint, endpoint)
  }

  /** The compact form, id ‖ address ‖ port: id length + 6 bytes (IPv4) or + 18 (IPv6). */
  get compact(): Uint8Array {
    const bytes = new Uint8Array(this.size)
    this.writeTo(bytes, 0)
    return bytes
  }

  /** Length of the compact form, bytes. */
  get size(): number {
    return this.id.length + (this.family === 4 ? COMPACT_V4 : COMPACT_V6)
  }

  /** @internal Whether its compact form is in `bytes` at this position. */
  isWrittenAt(bytes: Uint8Array, { at, idLength, size }: ContactPosition): boolean {
    if (idLength !== this.id.length || size !== this.size) return false
    return startsWith(bytes, at, this.id) && startsWithKey(bytes, at + idLength, this.endpointKey)
  }

  /** Writes the compact form into `bytes`, starting at index `at`. The caller provides the room. */
  writeTo(bytes: Uint8Array, at: number): void {
    const { id, endpointKey } = this
    // Faster than `set` for so few bytes.
    for (let i = 0; i < id.length; i++) bytes[at + i] = id[i]!
    writeKey(endpointKey, bytes, at + id.length)
  }
}

/** Where the compact form of a contact is in a list of bytes. */
export interface ContactPosition {
  /** Index of the first byte. */
  readonly at: number
  readonly idLength: number
  /** Length of the compact form, bytes. */
  readonly size: number
}

/** Reads the contact at this position. */
export function contactAt(bytes: Uint8Array, { at, idLength, size }: ContactPosition): Contact {
  const middle = at + idLength
  const end = at + size
  const id = idView(bytes.slice(at, middle))
  const endpoint = Object.freeze(endpointAt(bytes, middle, end) as Endpoint)
  return new Contact(id, endpoint, keyAt(bytes, middle, end))
}

/**
 * The key of an endpoint. It equals {@link Contact.endpointKey} of a contact with this endpoint.
 */
export function endpointKey(endpoint: Endpoint): string {
  const bytes = compactEndpoint(endpoint)
  return keyAt(bytes, 0, bytes.length)
}

/**
 * The key of the compact endpoint in [start, end): two bytes in each character. In this form a key
 * is short, and the compact form is quickly made of it.
 */
function keyAt(bytes: Uint8Array, start: number, end: number): string {
  if (end - start === COMPACT_V4) {
    return String.fromCharCode(
      (bytes[start]! << 8) | bytes[start + 1]!,
      (bytes[start + 2]! << 8) | bytes[start + 3]!,
      (bytes[start + 4]! << 8) | bytes[start + 5]!,
    )
  }
  const codes: number[] = []
  for (let at = start; at < end; at += 2) codes.push((bytes[at]! << 8) | bytes[at + 1]!)
  return String.fromCharCode(...codes)
}

/** Writes the compact endpoint of a key. */
function writeKey(key: string, bytes: Uint8Array, start: number): void {
  for (let i = 0; i < key.length; i++) {
    const twoBytes = key.charCodeAt(i)
    bytes[start + 2 * i] = twoBytes >> 8
    bytes[start + 2 * i + 1] = twoBytes & 0xff
  }
}

/** Whether `bytes` has the compact endpoint of this key, beginning at `start`. */
function startsWithKey(bytes: Uint8Array, start: number, key: string): boolean {
  for (let i = 0; i < key.length; i++) {
    const twoBytes = (bytes[start + 2 * i]! << 8) | bytes[start + 2 * i + 1]!
    if (key.charCodeAt(i) !== twoBytes) return false
  }
  return true
}

/** Whether `bytes` has these bytes, beginning at `start`. */
function startsWith(bytes: Uint8Array, start: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[start + i] !== wanted[i]) return false
  return true
}
