// A contact is a node id with the endpoint it was heard from. A node knows hundreds of them for
// hours, so what one takes decides what a node takes: it keeps its wire form,
// id ‖ address ‖ port, of all else only what was asked for, and never its id.

import { type Id, type Identified, idView } from '@dht/id'
import { COMPACT_V4, compactEndpoint, endpointAt } from './compact.ts'
import type { Endpoint, Family } from './endpoint.ts'
import { isRoutable, isRoutableV4, isUnicast, isUnicastV4 } from './routable.ts'

/** The characters of one text, on their way: a list for each would be a tenth of all garbage. */
const codes: number[] = []

/**
 * A node: its id and where to reach it. Made by `contact` and `contactsFromCompact`.
 *
 * Its id and its compact form are made anew each time: fetch them once where they are used twice.
 */
export class Contact implements Identified {
  /**
   * The wire form, two bytes a character, an id of odd width filled up by a zero. A string, because
   * no other bytes are as small to the engine: 56 where a typed array takes 236. Measured.
   */
  readonly wire: string
  /** Bytes of the id. */
  readonly idLength: number
  #endpoint: Endpoint | undefined
  #endpointKey: string | undefined

  constructor(wire: string, idLength: number) {
    this.wire = wire
    this.idLength = idLength
  }

  get id(): Id {
    const id = new Uint8Array(this.idLength)
    unpack(this.wire, 0, { bytes: id, start: 0, end: id.length })
    return idView(id)
  }

  /** Kept from the first time on, frozen: who is asked is asked again, perhaps by others. */
  get endpoint(): Endpoint {
    this.#endpoint ??= Object.freeze(this.#lookAtEndpoint())
    return this.#endpoint
  }

  get family(): Family {
    return this.wire.length - charactersFor(this.idLength) === COMPACT_V4 / 2 ? 4 : 6
  }

  /** A key of the endpoint: two are equal exactly when the endpoints are. Opaque, not to print. */
  get endpointKey(): string {
    this.#endpointKey ??= this.wire.slice(charactersFor(this.idLength))
    return this.#endpointKey
  }

  /** Whether that is its {@link endpointKey}. */
  hasEndpointKey(key: string): boolean {
    const { wire } = this
    const start = charactersFor(this.idLength)
    if (wire.length - start !== key.length) return false
    // Not `endsWith`: mostly the first character tells.
    for (let i = 0; i < key.length; i++) {
      if (wire.charCodeAt(start + i) !== key.charCodeAt(i)) return false
    }
    return true
  }

  /** Whether it can be that of a remote node; see {@link isRoutable}. */
  get isRoutable(): boolean {
    if (this.family === 6) return isRoutable(this.#lookAtEndpoint())
    return isRoutableV4(this.#firstByte)
  }

  /** Whether one node can be there; see {@link isUnicast}. */
  get isUnicast(): boolean {
    if (this.family === 6) return isUnicast(this.#lookAtEndpoint())
    return isUnicastV4(this.#firstByte)
  }

  /** Whether this is its id. */
  hasId(id: Id): boolean {
    const { wire, idLength } = this
    if (id.length !== idLength) return false
    for (let at = 0; at < idLength; at += 2) {
      // An odd id is filled up by a zero.
      if (wire.charCodeAt(at >> 1) !== ((id[at]! << 8) | (id[at + 1] ?? 0))) return false
    }
    return true
  }

  /** Whether it lives there. */
  isAt(endpoint: Endpoint): boolean {
    const { wire } = this
    // The port is the last character, and addresses are slow to make.
    if (wire.charCodeAt(wire.length - 1) !== endpoint.port) return false
    return this.#lookAtEndpoint().address === endpoint.address
  }

  /** The wire form, id ‖ address ‖ port: id length + 6 bytes (IPv4) or + 18 (IPv6). */
  get compact(): Uint8Array {
    const bytes = new Uint8Array(this.size)
    this.writeTo(bytes, 0)
    return bytes
  }

  /** Bytes of the wire form. */
  get size(): number {
    return this.idLength + 2 * (this.wire.length - charactersFor(this.idLength))
  }

  /** @internal Whether its wire form is written there. */
  isWrittenAt(bytes: Uint8Array, { at, idLength, size }: Place): boolean {
    const { wire } = this
    if (idLength !== this.idLength || size !== this.size) return false
    const middle = at + idLength
    return (
      spells(wire, 0, { bytes, start: at, end: middle }) &&
      spells(wire, charactersFor(idLength), { bytes, start: middle, end: at + size })
    )
  }

  /** Writes the wire form to `bytes` from `at` on, where there is room for it. */
  writeTo(bytes: Uint8Array, at: number): void {
    const { wire, idLength, size } = this
    const middle = at + idLength
    unpack(wire, 0, { bytes, start: at, end: middle })
    // Over the filling of an odd id.
    unpack(wire, charactersFor(idLength), { bytes, start: middle, end: at + size })
  }

  /** That of its IPv4 address. */
  get #firstByte(): number {
    return this.wire.charCodeAt(charactersFor(this.idLength)) >> 8
  }

  /** Keeps nothing: whoever is looked at may never be asked. */
  #lookAtEndpoint(): Endpoint {
    if (this.#endpoint !== undefined) return this.#endpoint
    const start = charactersFor(this.idLength)
    if (this.family === 4) return endpointOfV4(this.wire, start)
    const bytes = new Uint8Array(this.size - this.idLength)
    unpack(this.wire, start, { bytes, start: 0, end: bytes.length })
    return endpointAt(bytes, 0, bytes.length) as Endpoint
  }
}

/** Where in some bytes a contact is written. */
export interface Place {
  readonly at: number
  readonly idLength: number
  /** Of the whole contact, bytes. */
  readonly size: number
}

/** The same key as that of a contact there; see {@link Contact.endpointKey}. */
export function endpointKey(endpoint: Endpoint): string {
  const bytes = compactEndpoint(endpoint)
  if (bytes.length !== COMPACT_V4) return textOf(bytes, 0, bytes.length)
  // Two for each question: no list of characters for these.
  const high = (bytes[0]! << 8) | bytes[1]!
  return String.fromCharCode(high, (bytes[2]! << 8) | bytes[3]!, endpoint.port)
}

/** The endpoint that three characters of a wire form stand for. */
function endpointOfV4(wire: string, start: number): Endpoint {
  const high = wire.charCodeAt(start)
  const low = wire.charCodeAt(start + 1)
  const address = `${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`
  return { address, port: wire.charCodeAt(start + 2), family: 4 }
}

/** The contact whose wire form is written there. */
export function contactAt(bytes: Uint8Array, { at, idLength, size }: Place): Contact {
  if (idLength % 2 === 0) return new Contact(textOf(bytes, at, size), idLength)
  const id = Uint8Array.of(...bytes.subarray(at, at + idLength), 0)
  const text = textOf(id, 0, id.length) + textOf(bytes, at + idLength, size - idLength)
  return new Contact(text, idLength)
}

/** Bytes of an even number as text, two a character. */
function textOf(bytes: Uint8Array, at: number, length: number): string {
  const count = length / 2
  if (codes.length !== count) codes.length = count
  for (let i = 0; i < count; i++) {
    codes[i] = (bytes[at + 2 * i]! << 8) | bytes[at + 2 * i + 1]!
  }
  return Reflect.apply(String.fromCharCode, null, codes)
}

/** Some bytes of many. */
interface Stretch {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/** Whether the bytes before `end` are those of the text from character `from` on. */
function spells(text: string, from: number, { bytes, start, end }: Stretch): boolean {
  let i = from
  for (let at = start; at < end; at += 2) {
    // An odd id is filled up by a zero.
    const low = at + 1 < end ? bytes[at + 1]! : 0
    if (text.charCodeAt(i++) !== ((bytes[at]! << 8) | low)) return false
  }
  return true
}

/** Writes text from character `from` on as bytes, two a character, to all places before `end`. */
function unpack(text: string, from: number, { bytes, start, end }: Stretch): void {
  let i = from
  for (let at = start; at < end; at += 2) {
    const two = text.charCodeAt(i++)
    bytes[at] = two >> 8
    bytes[at + 1] = two & 0xff
  }
}

/** Characters that an id takes. */
function charactersFor(idLength: number): number {
  return (idLength + 1) >> 1
}
