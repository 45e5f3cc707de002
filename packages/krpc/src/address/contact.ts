// A contact is a node id and the endpoint of that node. A node keeps hundreds of contacts for
// hours, so the size of a contact decides how much memory a node needs. A contact keeps only its
// compact form, id ‖ address ‖ port, as a string. It caches its endpoint and its endpoint key on
// first use.

import { type Id, type Identified, idView } from '@dht/id'
import { COMPACT_V4, compactEndpoint, endpointAt } from './compact.ts'
import type { Endpoint, Family } from './endpoint.ts'
import { isRoutable, isRoutableV4, isUnicast, isUnicastV4 } from './routable.ts'

/** The list is used again for each string. New lists would be a tenth of all garbage. */
const reusedCodes: number[] = []

/**
 * A node id and the endpoint of that node. `contact` and `contactsFromCompact` create it.
 *
 * `id` and `compact` create new bytes at each read. Read them once if you use them twice.
 */
export class Contact implements Identified {
  /**
   * The compact form (BEP 5), two bytes in each character, not printable. A key for maps: two keys
   * are equal exactly when the contacts are equal. After an id of odd length a zero byte is
   * inserted. A string takes 56 bytes of memory, a typed array 236 (measured).
   */
  readonly compactKey: string
  /** Length of the id, bytes. */
  readonly idLength: number
  #endpoint: Endpoint | undefined
  #endpointKey: string | undefined

  constructor(compactKey: string, idLength: number) {
    this.compactKey = compactKey
    this.idLength = idLength
  }

  get id(): Id {
    const id = new Uint8Array(this.idLength)
    writeCharacters(this.compactKey, 0, { bytes: id, start: 0, end: id.length })
    return idView(id)
  }

  /** Frozen. Cached, because a node that is queried once is often queried again. */
  get endpoint(): Endpoint {
    this.#endpoint ??= Object.freeze(this.#readEndpoint())
    return this.#endpoint
  }

  get family(): Family {
    return this.compactKey.length - packedLength(this.idLength) === COMPACT_V4 / 2 ? 4 : 6
  }

  /** A key for maps, not printable. Two keys are equal exactly when their endpoints are equal. */
  get endpointKey(): string {
    this.#endpointKey ??= this.compactKey.slice(packedLength(this.idLength))
    return this.#endpointKey
  }

  /** Whether `key` is the {@link endpointKey} of this contact. */
  hasEndpointKey(key: string): boolean {
    const { compactKey } = this
    const start = packedLength(this.idLength)
    if (compactKey.length - start !== key.length) return false
    // Faster than `endsWith`: most keys differ in the first character.
    for (let i = 0; i < key.length; i++) {
      if (compactKey.charCodeAt(start + i) !== key.charCodeAt(i)) return false
    }
    return true
  }

  /** Whether a remote node can have this endpoint; see {@link isRoutable}. */
  get isRoutable(): boolean {
    if (this.family === 6) return isRoutable(this.#readEndpoint())
    return isRoutableV4(this.#firstByte)
  }

  /** Whether a datagram to its endpoint can reach one node; see {@link isUnicast}. */
  get isUnicast(): boolean {
    if (this.family === 6) return isUnicast(this.#readEndpoint())
    return isUnicastV4(this.#firstByte)
  }

  /** Whether `id` is the id of this contact. */
  hasId(id: Id): boolean {
    const { compactKey, idLength } = this
    if (id.length !== idLength) return false
    for (let at = 0; at < idLength; at += 2) {
      // A zero byte follows an id of odd length.
      if (compactKey.charCodeAt(at >> 1) !== ((id[at]! << 8) | (id[at + 1] ?? 0))) return false
    }
    return true
  }

  /** Whether `endpoint` is the endpoint of this contact. */
  isAt(endpoint: Endpoint): boolean {
    const { compactKey } = this
    // The port is the last character. Comparing it first avoids creating the address.
    if (compactKey.charCodeAt(compactKey.length - 1) !== endpoint.port) return false
    return this.#readEndpoint().address === endpoint.address
  }

  /** The compact form, id ‖ address ‖ port: id length + 6 bytes (IPv4) or + 18 (IPv6). */
  get compact(): Uint8Array {
    const bytes = new Uint8Array(this.size)
    this.writeTo(bytes, 0)
    return bytes
  }

  /** Length of the compact form, bytes. */
  get size(): number {
    return this.idLength + 2 * (this.compactKey.length - packedLength(this.idLength))
  }

  /** @internal Whether its compact form is in `bytes` at this position. */
  isWrittenAt(bytes: Uint8Array, { at, idLength, size }: ContactPosition): boolean {
    const { compactKey } = this
    if (idLength !== this.idLength || size !== this.size) return false
    const middle = at + idLength
    return (
      equalsBytes(compactKey, 0, { bytes, start: at, end: middle }) &&
      equalsBytes(compactKey, packedLength(idLength), { bytes, start: middle, end: at + size })
    )
  }

  /** Writes the compact form into `bytes`, starting at index `at`. The caller provides the room. */
  writeTo(bytes: Uint8Array, at: number): void {
    const { compactKey, idLength, size } = this
    const middle = at + idLength
    writeCharacters(compactKey, 0, { bytes, start: at, end: middle })
    // Overwrites the zero byte that follows an id of odd length.
    writeCharacters(compactKey, packedLength(idLength), { bytes, start: middle, end: at + size })
  }

  /** The first byte of the IPv4 address. */
  get #firstByte(): number {
    return this.compactKey.charCodeAt(packedLength(this.idLength)) >> 8
  }

  /** The endpoint. It is not cached here, because many contacts are checked but never queried. */
  #readEndpoint(): Endpoint {
    if (this.#endpoint !== undefined) return this.#endpoint
    const start = packedLength(this.idLength)
    if (this.family === 4) return endpointOfV4(this.compactKey, start)
    const bytes = new Uint8Array(this.size - this.idLength)
    writeCharacters(this.compactKey, start, { bytes, start: 0, end: bytes.length })
    return endpointAt(bytes, 0, bytes.length) as Endpoint
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

/**
 * The key of an endpoint. It equals {@link Contact.endpointKey} of a contact with this endpoint.
 */
export function endpointKey(endpoint: Endpoint): string {
  const bytes = compactEndpoint(endpoint)
  if (bytes.length !== COMPACT_V4) return packedText(bytes, 0, bytes.length)
  // This runs twice for each query. It is faster without the list of `packedText`.
  const high = (bytes[0]! << 8) | bytes[1]!
  return String.fromCharCode(high, (bytes[2]! << 8) | bytes[3]!, endpoint.port)
}

/** Reads an IPv4 endpoint from three characters of the compact form, beginning at `start`. */
function endpointOfV4(compactKey: string, start: number): Endpoint {
  const high = compactKey.charCodeAt(start)
  const low = compactKey.charCodeAt(start + 1)
  const address = `${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`
  return { address, port: compactKey.charCodeAt(start + 2), family: 4 }
}

/** Reads the contact at this position. */
export function contactAt(bytes: Uint8Array, { at, idLength, size }: ContactPosition): Contact {
  if (idLength % 2 === 0) return new Contact(packedText(bytes, at, size), idLength)
  const id = Uint8Array.of(...bytes.subarray(at, at + idLength), 0)
  const text = packedText(id, 0, id.length) + packedText(bytes, at + idLength, size - idLength)
  return new Contact(text, idLength)
}

/** Packs bytes into a string, two in each character. @param length - even number of bytes */
function packedText(bytes: Uint8Array, at: number, length: number): string {
  const count = length / 2
  if (reusedCodes.length !== count) reusedCodes.length = count
  for (let i = 0; i < count; i++) {
    reusedCodes[i] = (bytes[at + 2 * i]! << 8) | bytes[at + 2 * i + 1]!
  }
  return Reflect.apply(String.fromCharCode, null, reusedCodes)
}

/** The bytes in [start, end). */
interface ByteRange {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/** Whether the characters of `text`, beginning at `from`, hold exactly these bytes. */
function equalsBytes(text: string, from: number, { bytes, start, end }: ByteRange): boolean {
  let i = from
  for (let at = start; at < end; at += 2) {
    // A zero byte follows an id of odd length.
    const low = at + 1 < end ? bytes[at + 1]! : 0
    if (text.charCodeAt(i++) !== ((bytes[at]! << 8) | low)) return false
  }
  return true
}

/** Fills a range with the bytes in the characters of `text`, beginning at `from`. */
function writeCharacters(text: string, from: number, { bytes, start, end }: ByteRange): void {
  let i = from
  for (let at = start; at < end; at += 2) {
    const twoBytes = text.charCodeAt(i++)
    bytes[at] = twoBytes >> 8
    bytes[at + 1] = twoBytes & 0xff
  }
}

/** The number of characters that hold an id. */
function packedLength(idLength: number): number {
  return (idLength + 1) >> 1
}
