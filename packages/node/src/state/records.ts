// Packed lists in a saved state: announcements with their flags, and items. Reading skips what does
// not fit, for another program may have written it.

import { type Id, idFromBytes } from '@dht/id'
import {
  type BencodeValue,
  decodeValue,
  encodeValue,
  MAX_ITEM_SALT,
  MAX_ITEM_VALUE,
  type Network,
} from '@dht/krpc'
import type { StoredItem } from '@dht/store'
import type { SavedAnnouncement } from '../core/core-state.ts'

const PORT_BYTES = 2
/** Bits of the flags of an announcement. */
const [SEED, IMPLIED_PORT] = [1, 2] as const

/** Of one item: larger than any. */
const ITEM_BOUNDS = { maxBytes: 1_500, maxDepth: 1, maxItems: 12 } as const
const KEY_BYTES = 32
const SIGNATURE_BYTES = 64

/** Of each announcement its id and port. */
export function writeEntries(announcements: readonly SavedAnnouncement[]): Uint8Array {
  return concat(announcements.flatMap(({ id, port }) => [id, twoBytes(port)]))
}

/** One byte for each announcement; none where no announcement has a flag. */
export function writeFlags(announcements: readonly SavedAnnouncement[]): Uint8Array {
  const flags = announcements.map(
    ({ seed, impliedPort }) => (seed ? SEED : 0) | (impliedPort ? IMPLIED_PORT : 0),
  )
  return Uint8Array.from(flags.some((each) => each > 0) ? flags : [])
}

export function readEntries(
  entries: BencodeValue | undefined,
  flags: BencodeValue | undefined,
  { idLength }: Network,
): SavedAnnouncement[] {
  const flagsOf = (at: number): number => (flags instanceof Uint8Array ? (flags[at] ?? 0) : 0)
  return records(entries, idLength + PORT_BYTES).flatMap((record, at) => {
    const port = numberAt(record, idLength)
    const id: Id = idFromBytes(record.subarray(0, idLength))
    const flag = flagsOf(at)
    const [isSeed, isImplied] = [(flag & SEED) > 0, (flag & IMPLIED_PORT) > 0]
    const rest = { ...(isImplied && { impliedPort: true as const }), ...(isSeed && SEEDING) }
    return port === 0 ? [] : [{ id, port, ...rest }]
  })
}

const SEEDING = { seed: true } as const

/** Of each item its size in two bytes, and a dictionary as in a `put`. */
export function writeItems(items: readonly StoredItem[]): Uint8Array {
  return concat(
    items.flatMap(({ v, signed }) => {
      const parts = signed === undefined ? [] : Object.entries(signed)
      const record = encodeValue(new Map([...parts, ['v', v]]), ITEM_BOUNDS)
      return [twoBytes(record.length), record]
    }),
  )
}

export function readItems(packed: BencodeValue | undefined): StoredItem[] {
  const items: StoredItem[] = []
  if (!(packed instanceof Uint8Array)) return items
  for (let at = 0; at + 2 <= packed.length; ) {
    const end = at + 2 + numberAt(packed, at)
    const item = readItem(packed.subarray(at + 2, end))
    if (item !== undefined) items.push(item)
    at = end
  }
  return items
}

function readItem(record: Uint8Array): StoredItem | undefined {
  const decoded = decodeValue(record, ITEM_BOUNDS)
  if (decoded.kind !== 'value' || !(decoded.value instanceof Map)) return undefined
  const [v, k, salt, seq, sig] = ['v', 'k', 'salt', 'seq', 'sig'].map((name) =>
    (decoded.value as ReadonlyMap<string, BencodeValue>).get(name),
  )
  if (!isBytes(v, 1, MAX_ITEM_VALUE)) return undefined
  if (k === undefined) return { v }
  if (!isBytes(k, KEY_BYTES, KEY_BYTES) || !isBytes(sig, SIGNATURE_BYTES, SIGNATURE_BYTES)) return
  if (!isBytes(salt, 0, MAX_ITEM_SALT) || typeof seq !== 'bigint' || seq < 0n) return undefined
  return { v, signed: { k, salt, seq, sig } }
}

function isBytes(value: unknown, least: number, most: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length >= least && value.length <= most
}

/** Cuts a packed list into records of `width` bytes; a shorter rest at the end is ignored. */
export function records(packed: BencodeValue | undefined, width: number): Uint8Array[] {
  if (!(packed instanceof Uint8Array)) return []
  const count = Math.floor(packed.length / width)
  return Array.from({ length: count }, (_, i) => packed.subarray(i * width, (i + 1) * width))
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function numberAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

function twoBytes(number: number): Uint8Array {
  return Uint8Array.of(number >> 8, number & 255)
}
