// Distances as shares of the id space: 0 is no distance, 1 is the whole space. Two random ids are
// 0.5 apart on average, and among n nodes the k-th nearest to a target is about k/n away.

import { distanceOfHeads, type Id, idHead } from '@dht/id'

const HEADS = 2 ** 32
const SIGN = 0x80000000

/** How far apart two ids are, as a share of the id space, exact to 32 bits. */
export function distanceShare(a: Id, b: Id): number {
  return ((distanceOfHeads(idHead(a), idHead(b)) ^ SIGN) >>> 0) / HEADS
}

/** The first 32 bits of the distance that is this share of the id space, as a signed number. */
export function headOfShare(share: number): number {
  return Math.min(Math.floor(share * HEADS), HEADS - 1) ^ SIGN
}
