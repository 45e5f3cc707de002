// Ids for property tests: of any width, in small worlds where collisions are common, close to one
// another, at the edges of the space, and provably nearer to a target. All but the plain ones are
// computed from their distance as a number, so they don't depend on the bit operations under test.

import { type Id, idFromBigInt, idFromBytes, idKey, idToBigInt } from '@dht/id'
import fc from 'fast-check'

/** How many ids a collection holds. */
export interface Size {
  readonly minLength?: number
  readonly maxLength?: number
}

/** Widths in bytes: mostly small worlds, sometimes the real ones and the widest. */
export function anyWidth(): fc.Arbitrary<number> {
  return fc.constantFrom(1, 2, 1, 2, 3, 4, 5, 20, 32, 64)
}

/** Any id of `width` bytes. One byte makes a world of 256 ids with many collisions. */
export function anyId(width: number): fc.Arbitrary<Id> {
  return fc
    .uint8Array({ minLength: width, maxLength: width })
    .map((bytes) => idFromBytes(bytes, width))
}

/** Ids of `width` bytes at the edges: 2^n - 3 to 2^n + 3 for every n, both ends of the space. */
export function idNearPowerOfTwo(width: number): fc.Arbitrary<Id> {
  const size = 1n << BigInt(8 * width)
  return fc
    .tuple(fc.nat({ max: 8 * width }), fc.bigInt({ min: -3n, max: 3n }))
    .map(([power, offset]) => (size + (1n << BigInt(power)) + offset) % size)
    .map((value) => idFromBigInt(value, width))
}

/** Ids that share exactly `bits` leading bits with `base`; with all bits, `base` itself. */
export function idSharing(base: Id, bits: number): fc.Arbitrary<Id> {
  const free = 8 * base.length - bits
  if (free === 0) return fc.constant(base)
  const nearest = 1n << BigInt(free - 1)
  return idAtDistance(base, { min: nearest, max: 2n * nearest - 1n })
}

/** Ids strictly nearer to `target` than `id` is, the target among them. The two must differ. */
export function closer(id: Id, target: Id): fc.Arbitrary<Id> {
  const far = idToBigInt(id) ^ idToBigInt(target)
  return idAtDistance(target, { min: 0n, max: far - 1n })
}

/** Ids of `width` bytes of every kind above: anywhere, on the edges, a few bits set. */
export function mixedId(width: number): fc.Arbitrary<Id> {
  const zero = idFromBigInt(0n, width)
  return fc.oneof(
    { arbitrary: anyId(width), weight: 3 },
    { arbitrary: idNearPowerOfTwo(width), weight: 1 },
    { arbitrary: idAround(zero), weight: 1 },
  )
}

/** Ids at any depth around `base`, each equally often: half share 4 * width bits or more. */
export function idAround(base: Id): fc.Arbitrary<Id> {
  return fc.nat({ max: 8 * base.length }).chain((bits) => idSharing(base, bits))
}

/** Several ids of `width` bytes close to one, with repetitions: a worst case for a table. */
export function clusteredIds(width: number, size: Size = {}): fc.Arbitrary<Id[]> {
  return anyId(width).chain((base) => fc.array(idAround(base), long(size)))
}

/** Several different ids. */
export function distinctIds(id: fc.Arbitrary<Id>, size: Size = {}): fc.Arbitrary<Id[]> {
  return fc.uniqueArray(id, { ...long(size), selector: idKey })
}

/** Arrays of the given length. By itself fast-check makes about ten items. */
function long(size: Size): fc.ArrayConstraints {
  return size.maxLength === undefined ? size : { ...size, size: 'max' }
}

function idAtDistance(
  id: Id,
  range: { readonly min: bigint; readonly max: bigint },
): fc.Arbitrary<Id> {
  return fc.bigInt(range).map((far) => idFromBigInt(idToBigInt(id) ^ far, id.length))
}
