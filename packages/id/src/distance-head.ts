// The first 32 bits of an id, its head, and of a distance, as one number. Nearly always they are
// enough to tell which of two ids is nearer, and comparing two numbers is faster than comparing two
// lists of bytes. Where two heads are equal, the caller compares the ids.

import type { Id } from './id.ts'

/** Turns the order of unsigned numbers into that of signed ones, which engines store better. */
const SIGN = 0x80000000

/** The first 32 bits of an id as a signed number; a shorter id is filled up with zeros. */
export function idHead(id: Id): number {
  return ((id[0] ?? 0) << 24) | ((id[1] ?? 0) << 16) | ((id[2] ?? 0) << 8) | (id[3] ?? 0)
}

/**
 * The first 32 bits of the distance between two ids of one width, given their heads, as a signed
 * number: the id with the smaller number is nearer. Equal numbers decide nothing.
 */
export function distanceOfHeads(head: number, other: number): number {
  return head ^ other ^ SIGN
}

/** How many leading bits two ids share, as far as the head of their distance shows: 0 to 32. */
export function sharedInHead(distance: number): number {
  return Math.clz32(distance ^ SIGN)
}
