// Bencode written by hand, and messages as BEP 5 has them: those that modelled peers send, and our
// queries as they have to look. No code under test is used.

import type { Network } from '@dht/krpc'

export type Value = string | number | Uint8Array | readonly Value[] | Dictionary
export interface Dictionary {
  readonly [key: string]: Value | undefined
}

/** Strings are taken one byte per character; keys without a value are left out. */
export function bencode(value: Value): Uint8Array {
  if (typeof value === 'number') return latin(`i${value}e`)
  if (typeof value === 'string') return bencode(latin(value))
  if (value instanceof Uint8Array) return join([latin(`${value.length}:`), value])
  if (Array.isArray(value)) return join([latin('l'), ...value.map(bencode), latin('e')])
  const entries = Object.entries(value as Dictionary)
    .filter((entry): entry is [string, Value] => entry[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, each]) => [bencode(key), bencode(each)])
  return join([latin('d'), ...entries, latin('e')])
}

/** A message of the network: its common keys and those of its kind. */
export function message(
  { key }: Network,
  kind: string,
  t: Uint8Array,
  rest: Dictionary,
): Uint8Array {
  return bencode({ ...rest, n: key, t, y: kind })
}

function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}
