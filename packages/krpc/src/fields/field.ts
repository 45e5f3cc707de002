// A field is one argument of a query or one result of a response: its key on the wire, and how its
// value is read, checked and written. Its size is measured by writing it to a counter. Methods that
// share a field share this value.

import { isBytes, showValue } from '@dht/id'
import type { Family } from '../address/endpoint.ts'
import type { Dictionary } from '../bencode/dictionary.ts'
import type { Output } from '../bencode/output.ts'
import { EncodeError } from '../errors.ts'

/** What a field needs to know of the network. */
export interface WireFormat {
  /** Bytes of an id. */
  readonly idLength: number
  /** Top-level `n` of every message; `undefined`: none. */
  readonly key: string | undefined
}

export interface Field<V = unknown> {
  /** Key on the wire, ASCII. */
  readonly key: string
  /** Whether a query without a usable value is malformed and must not be written. */
  readonly isRequired: boolean
  /**
   * Reads the value. Byte strings are views of the datagram.
   *
   * @returns `undefined` when it is absent or unusable
   */
  read(dictionary: Dictionary, format: WireFormat): V | undefined
  /** Whether an unusable value shows that the query belongs to another network. */
  readonly isForeign?: ((dictionary: Dictionary, format: WireFormat) => boolean) | undefined
  /**
   * Checks a value before it is written. Optional fields are checked only when they have one.
   *
   * @param name - property of the message, for the error
   * @throws {EncodeError} when the value must not be written
   */
  check(value: V, name: string, format: WireFormat): void
  /** Writes key and value. */
  write(output: Output, value: V): void
  /** How a value is shortened when a response exceeds its budget; absent: it is never shortened. */
  readonly cut?: FieldCut<V> | undefined
}

/** How the value of a field is shortened. */
export interface FieldCut<V> {
  /** The field with the lowest rank is shortened first. @param querier - its family */
  rank(querier: Family): number
  /** The longest beginning of the value that saves `excess` bytes, else an empty value. */
  shorten(value: V, excess: number, format: WireFormat): V
  /** The value with its first element alone; empty where it has none. */
  first(value: V, format: WireFormat): V
}

/** A field under the name of its property in a message. */
export interface NamedField extends Field {
  readonly name: string
  /** The field itself: methods that share it share this value. */
  readonly field: Field
}

/** A message, by the names of its properties. */
export interface Properties {
  [name: string]: unknown
}

/** One field for each property of `T`. */
export type FieldsOf<T> = { readonly [K in keyof T]-?: Field<Exclude<T[K], undefined>> }

/** The argument of `defineField`. */
type Definition<V> = Pick<Field<V>, 'key' | 'read' | 'check' | 'write'> & Partial<Field<V>>

/**
 * Makes a field. All fields have the same properties in the same order, which keeps loops over
 * fields fast.
 */
export function defineField<V>(definition: Definition<V>): Field<V> {
  const { key, isRequired = false, read, isForeign, check, write, cut } = definition
  return Object.freeze({ key, isRequired, read, isForeign, check, write, cut })
}

/** The field of a property. */
export function namedField(name: string, field: Field): NamedField {
  return Object.freeze({ ...field, name, field })
}

/** The same field, without which a query is malformed. */
export function required<V>(field: Field<V>): Field<V> {
  return defineField({ ...field, isRequired: true })
}

/** Text as bytes, to be written as they are. */
export function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** The bencoded key, to be written as it is. */
export function encodedKey(key: string): Uint8Array {
  return asciiBytes(`${key.length}:${key}`)
}

/** @throws {EncodeError} when the value is no Uint8Array */
export function checkBytes(name: string, value: unknown): void {
  if (!isBytes(value)) refuse(name, 'a Uint8Array', value)
}

/** @throws {EncodeError} when the value is no Uint8Array or is longer than `max` bytes */
export function checkLength(name: string, bytes: Uint8Array, max: number): void {
  checkBytes(name, bytes)
  if (bytes.length > max) refuse(name, `at most ${max} bytes`, bytes.length)
}

/** Throws the error of a value that must not be written. */
export function refuse(what: string, expected: string, got: unknown): never {
  throw new EncodeError({ what, expected, got: showValue(got) })
}
