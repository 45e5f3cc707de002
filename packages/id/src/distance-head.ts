// The beginning of a distance as one number. It settles nearly every question of who is nearer, and
// of whoever keeps no id at hand it asks for none: to make 32 bytes takes longer than to compare.

import { type Id, type Identified, idsEqual } from './id.ts'

/** Turns the order of unsigned numbers into that of signed ones, which engines keep smaller. */
const SIGN = 0x80000000

/** The first 32 bits of an id as a signed number; a shorter id is filled up with zeros. */
export function idHead(id: Id): number {
  return ((id[0] ?? 0) << 24) | ((id[1] ?? 0) << 16) | ((id[2] ?? 0) << 8) | (id[3] ?? 0)
}

/**
 * The first 32 bits of the distance between two ids, of which these are the heads, as a signed
 * number: of two ids the one with the smaller number is nearer. Equal ones tell nothing.
 */
export function distanceOfHeads(head: number, other: number): number {
  return head ^ other ^ SIGN
}

/**
 * The same of an item and a target.
 *
 * @returns undefined when they are not of one width
 */
export function distanceHead(item: Identified, target: Id): number | undefined {
  if (item.distanceHead !== undefined) return item.distanceHead(target)
  const { id } = item
  return id?.length === target.length ? distanceOfHeads(idHead(id), idHead(target)) : undefined
}

/** Leading bits that two ids share, as far as the head of their distance shows: 0 to 32. */
export function sharedInHead(distance: number): number {
  return Math.clz32(distance ^ SIGN)
}

/** Whether `id` is that of `item`. */
export function hasId(item: Identified, id: Id): boolean {
  return item.hasId?.(id) ?? idsEqual(item.id, id)
}
