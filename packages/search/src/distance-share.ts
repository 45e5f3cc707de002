// Distances as shares of the id space, from 0 (equal ids) to 1 (exclusive). Two random ids are 0.5
// apart on average, and among n nodes the k-th nearest to a target is about k/n away.

import { distanceOfHeads, type Id, idHead } from '@dht/id'

const HEADS = 2 ** 32
const SIGN = 0x80000000

/** How far apart two ids are, as a share of the id space: at least 0, below 1, exact to 32 bits. */
export function distanceShare(a: Id, b: Id): number {
  return ((distanceOfHeads(idHead(a), idHead(b)) ^ SIGN) >>> 0) / HEADS
}

/**
 * The first 32 bits of the distance that is this share of the id space, as a signed number as
 * `distanceOfHeads` returns it.
 *
 * @param share - from 0 to 1
 */
export function headOfShare(share: number): number {
  return Math.min(Math.floor(share * HEADS), HEADS - 1) ^ SIGN
}
