// The format of a saved state: a readable first line, a SHA-256 of the rest, and the rest as one
// bencoded dictionary. Reading never throws: any bytes give a state or the reason why they are none
// (PERSIST-2).
//
//   dht-state 2\n  <32 bytes SHA-256 of what follows>
//   d 8:contacts <compact v4…> 9:contacts6 <compact v6…> 7:entries <id ‖ port…> 5:flags <byte…>
//     2:id <own id, IPv4> 3:id6 <own id, IPv6> 5:items <size ‖ item…> 7:network <name> e
//
// `flags` and `items` are there only where an announcement has a flag, and where there is an item.
//
// Version 1 has no `id6`: its `id` is that of both families.

import { idFromBytes } from '@dht/id'
import {
  type BencodeDictionary,
  type BencodeValue,
  type Contact,
  contactsFromCompact,
  decodeValue,
  encodeValue,
  type Network,
} from '@dht/krpc'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Sha256 } from '../ports/platform.ts'
import {
  concat,
  readEntries,
  readItems,
  records,
  writeEntries,
  writeFlags,
  writeItems,
} from './records.ts'
import type { SavedState } from './saved-state.ts'

const HEADER = headerOf(2)
const HEADER_1 = headerOf(1)

/** The first line of any version. */
const FIRST_LINE = /^dht-state (\d{1,9})\n/
const DIGEST_BYTES = 32

export type ReadState =
  | { readonly kind: 'state'; readonly state: SavedState }
  /** An intact state of another network: a mistake of the user, no damage. */
  | { readonly kind: 'foreign'; readonly network: string }
  /** No state of this version; `found` says what it is. */
  | { readonly kind: 'other'; readonly found: string }
  /** A state of this version that has changed since it was written. */
  | { readonly kind: 'damaged'; readonly reason: string }

/**
 * @param state - ids of `network`'s width
 * @param hash - a faster SHA-256 than the one in JavaScript
 */
export function writeState(state: SavedState, network: Network, hash: Sha256 = sha256): Uint8Array {
  const ofFamily = (family: number): Uint8Array =>
    concat(state.contacts.filter((c) => c.family === family).map((c) => c.compact))
  const flags = writeFlags(state.announcements)
  const items = writeItems(state.items ?? [])
  const body = encodeValue(
    new Map([
      ['contacts', ofFamily(4)],
      ['contacts6', ofFamily(6)],
      ['entries', writeEntries(state.announcements)],
      ...(flags.length > 0 ? [['flags', flags] as const] : []),
      ['id', state.ids[4]],
      ['id6', state.ids[6]],
      ...(items.length > 0 ? [['items', items] as const] : []),
      ['network', new TextEncoder().encode(network.name)],
    ]),
    STATE_BOUNDS,
  )
  return concat([HEADER, hash(body), body])
}

/** Reads what {@link writeState} wrote, for the same network. */
export function readState(bytes: Uint8Array, network: Network, hash: Sha256 = sha256): ReadState {
  const header = bytes.subarray(0, HEADER.length)
  const isVersion1 = equal(header, HEADER_1)
  if (!isVersion1 && !equal(header, HEADER)) return { kind: 'other', found: kindOf(bytes) }
  const body = bytes.subarray(HEADER.length + DIGEST_BYTES)
  const sum = bytes.subarray(HEADER.length, HEADER.length + DIGEST_BYTES)
  if (!equal(sum, hash(body))) return damaged('its checksum does not match')
  const decoded = decodeValue(body, STATE_BOUNDS)
  if (decoded.kind !== 'value') return damaged('its body is damaged')
  if (!(decoded.value instanceof Map)) return damaged('its body is no dictionary')
  return readBody(decoded.value, network, isVersion1 ? 'id' : 'id6')
}

function kindOf(bytes: Uint8Array): string {
  const [, version] = FIRST_LINE.exec(String.fromCharCode(...bytes.subarray(0, 32))) ?? []
  return version === undefined ? 'something else' : `one of version ${version}`
}

/** Far more than any state needs. The checksum detects accidents, but not an attacker. */
const STATE_BOUNDS = { maxBytes: 64 * 1024 * 1024, maxDepth: 1, maxItems: 100 } as const

/** @param id6 - the name of the id of IPv6 */
function readBody(body: BencodeDictionary, network: Network, id6: 'id' | 'id6'): ReadState {
  const name = body.get('network')
  const ids = { 4: body.get('id'), 6: body.get(id6) }
  if (!(name instanceof Uint8Array)) return damaged('it names no network')
  const named = new TextDecoder().decode(name)
  if (named !== network.name) return { kind: 'foreign', network: named }
  if (!isId(ids[4], network)) return damaged(`its id is not ${network.idLength} bytes wide`)
  if (!isId(ids[6], network)) return damaged(`its id6 is not ${network.idLength} bytes wide`)
  const items = readItems(body.get('items'))
  return {
    kind: 'state',
    state: {
      ids: { 4: idFromBytes(ids[4]), 6: idFromBytes(ids[6]) },
      contacts: [
        ...readContacts(body.get('contacts'), network, 4),
        ...readContacts(body.get('contacts6'), network, 6),
      ],
      announcements: readEntries(body.get('entries'), body.get('flags'), network),
      ...(items.length > 0 && { items }),
    },
  }
}

function isId(value: BencodeValue | undefined, { idLength }: Network): value is Uint8Array {
  return value instanceof Uint8Array && value.length === idLength
}

function readContacts(
  packed: BencodeValue | undefined,
  network: Network,
  family: 4 | 6,
): Contact[] {
  const width = network.idLength + (family === 4 ? 6 : 18)
  // One record at a time: the reader of datagrams limits the number of contacts.
  return records(packed, width).flatMap((record) =>
    contactsFromCompact(record, network.idLength, family),
  )
}

function headerOf(version: number): Uint8Array {
  return new TextEncoder().encode(`dht-state ${version}\n`)
}

function damaged(reason: string): ReadState {
  return { kind: 'damaged', reason }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
