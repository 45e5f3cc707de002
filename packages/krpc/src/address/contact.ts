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

  /** Its address in network order, 4 or 16 fresh bytes; without parsing its text. */
  get addressBytes(): Uint8Array {
    const bytes = new Uint8Array(this.family === 4 ? 4 : 16)
    // The last two bytes of the key are the port.
    writeKey(this.#endpointKey.slice(0, -1), bytes, 0)
    return bytes
  }

  /**
   * The first bytes of its address as a key for maps, not printable. Two keys of one length are
   * equal exactly when these bytes are. Up to 4 bytes are a number, which maps find fastest.
   *
   * @param length - bytes: 1 to 4, for IPv6 also 6, 8, … 16
   */
  addressKey(length: number): number | string {
    const key = this.#endpointKey
    if (length > 4) return key.slice(0, length / 2)
    return ((key.charCodeAt(0) << 16) | key.charCodeAt(1)) >> (32 - 8 * length)
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

  /** Writes the compact form into `bytes`, starting at index `at`. The caller provides the room. */
  writeTo(bytes: Uint8Array, at: number): void {
    const { id, endpointKey } = this
    // Faster than `set` for so few bytes.
    for (let i = 0; i < id.length; i++) bytes[at + i] = id[i]!
    writeKey(endpointKey, bytes, at + id.length)
  }
}

/** Where a contact in compact form is: its id in [start, middle), its endpoint in [middle, end). */
export interface CompactSpan {
  readonly start: number
  readonly middle: number
  readonly end: number
}

/** Reads the contact at this place. */
export function contactAt(bytes: Uint8Array, { start, middle, end }: CompactSpan): Contact {
  const id = idView(bytes.slice(start, middle))
  const endpoint = Object.freeze(endpointAt(bytes, middle, end) as Endpoint)
  return new Contact(id, endpoint, endpointKeyAt(bytes, middle, end))
}

/**
 * The key of an endpoint. It equals {@link Contact.endpointKey} of a contact with this endpoint.
 */
export function endpointKey(endpoint: Endpoint): string {
  const bytes = compactEndpoint(endpoint)
  return endpointKeyAt(bytes, 0, bytes.length)
}

/**
 * The key of the compact endpoint in [start, end), 6 or 18 bytes: two bytes in each character. In
 * this form a key is short, and the compact form is quickly made of it.
 */
export function endpointKeyAt(bytes: Uint8Array, start: number, end: number): string {
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
