// The laws of the XOR metric, compared with arithmetic on bigints.

import {
  commonPrefixLength,
  compareDistance,
  distance,
  distanceOfHeads,
  type Id,
  idFromBigInt,
  idFromBytes,
  idHead,
  idsEqual,
  idToBigInt,
  sharedInHead,
} from '@dht/id'
import { anyWidth, closer, idAround, idSharing, mixedId } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** The distance by bigint arithmetic. */
const far = (a: Id, b: Id): bigint => idToBigInt(a) ^ idToBigInt(b)
const bitLength = (value: bigint): number => (value === 0n ? 0 : value.toString(2).length)
const sign = (value: bigint | number): number => Number(value > 0) - Number(value < 0)
const asNumber = (bytes: Uint8Array): bigint => idToBigInt(idFromBytes(bytes))

/** The first 32 bits of a number of `width` bytes. */
const headOf = (value: bigint, width: number): bigint =>
  width < 4 ? value << BigInt(8 * (4 - width)) : value >> BigInt(8 * (width - 4))

/** Ids of one width: unrelated, clustered around one id, or equal. */
const fourIds = anyWidth().chain((width) =>
  mixedId(width).chain((base) => {
    const id = fc.oneof(mixedId(width), idAround(base), fc.constant(base))
    return fc.tuple(id, id, id, id)
  }),
)
const threeIds = fourIds.map(([a, b, c]) => [a, b, c] as const)
const twoIds = fourIds.map(([a, b]) => [a, b] as const)

describe('distance', () => {
  it('agrees with the XOR of bigints', () => {
    fc.assert(
      fc.property(twoIds, ([x, y]) => {
        expect(asNumber(distance(x, y))).toBe(far(x, y))
        expect(distance(x, y).length).toBe(x.length)
      }),
    )
  })

  it('METRIC-1: the distance of an id to itself is 0', () => {
    fc.assert(
      fc.property(twoIds, ([x]) => {
        expect(asNumber(distance(x, x))).toBe(0n)
      }),
    )
  })

  it('METRIC-2: the distance is symmetric', () => {
    fc.assert(
      fc.property(twoIds, ([x, y]) => {
        expect(distance(x, y)).toEqual(distance(y, x))
      }),
    )
  })

  it('METRIC-3: the triangle inequality holds', () => {
    fc.assert(
      fc.property(threeIds, ([x, y, z]) => {
        const around = asNumber(distance(x, y)) + asNumber(distance(y, z))
        expect(around >= asNumber(distance(x, z))).toBe(true)
      }),
    )
  })

  it('METRIC-4: an id generated to be closer has a smaller distance', () => {
    const distinct = twoIds.filter(([x, target]) => far(x, target) !== 0n)
    const nearer = distinct.chain(([x, target]) => closer(x, target).map((z) => ({ x, target, z })))
    fc.assert(
      fc.property(nearer, ({ x, target, z }) => {
        expect(asNumber(distance(z, target)) < asNumber(distance(x, target))).toBe(true)
        expect(compareDistance(z, x, target)).toBeLessThan(0)
      }),
    )
  })

  it('ID-1: the distance is 0 only between equal ids', () => {
    fc.assert(
      fc.property(twoIds, ([x, y]) => {
        const isZero = distance(x, y).every((byte) => byte === 0)
        expect(isZero).toBe(idToBigInt(x) === idToBigInt(y))
        expect(idsEqual(x, y)).toBe(isZero)
      }),
    )
  })

  it('ID-2: at every distance from an id there is exactly one id', () => {
    const everyId = Array.from({ length: 256 }, (_, value) => idFromBigInt(BigInt(value), 1))
    for (const x of everyId) {
      const distances = new Set(everyId.map((y) => distance(x, y)[0]))
      expect(distances.size).toBe(256)
    }
    fc.assert(
      fc.property(twoIds, ([x, y]) => {
        expect(distance(x, idFromBytes(distance(x, y)))).toEqual(new Uint8Array(y))
      }),
    )
  })

  it('ID-3: XOR of both ids with the same value does not change the distance', () => {
    fc.assert(
      fc.property(threeIds, ([x, y, z]) => {
        const [movedX, movedY] = [x, y].map((id) => idFromBytes(distance(id, z)))
        expect(distance(movedX!, movedY!)).toEqual(distance(x, y))
      }),
    )
  })
})

describe('compareDistance', () => {
  it('ID-4: has the sign of the difference of the distances', () => {
    fc.assert(
      fc.property(threeIds, ([a, b, target]) => {
        const expected = sign(far(a, target) - far(b, target))
        expect(sign(compareDistance(a, b, target))).toBe(expected)
      }),
    )
  })

  it('ID-4: is a strict total order on ids', () => {
    fc.assert(
      fc.property(fourIds, ([a, b, c, target]) => {
        const order = (x: Id, y: Id): number => sign(compareDistance(x, y, target))
        expect(order(a, b) + order(b, a)).toBe(0)
        expect(order(a, b) === 0).toBe(idsEqual(a, b))
        if (order(a, b) <= 0 && order(b, c) <= 0) expect(order(a, c)).toBeLessThanOrEqual(0)
      }),
    )
  })
})

describe('commonPrefixLength', () => {
  it('ID-5: is the width less the bit length of the distance', () => {
    fc.assert(
      fc.property(twoIds, ([x, y]) => {
        expect(commonPrefixLength(x, y)).toBe(8 * x.length - bitLength(far(x, y)))
      }),
    )
  })

  it('ID-5: two ids that share long prefixes with a third id share one with each other', () => {
    fc.assert(
      fc.property(threeIds, ([x, y, z]) => {
        const [xy, yz, xz] = [
          commonPrefixLength(x, y),
          commonPrefixLength(y, z),
          commonPrefixLength(x, z),
        ]
        expect(xz).toBeGreaterThanOrEqual(Math.min(xy, yz))
        if (xy !== yz) expect(xz).toBe(Math.min(xy, yz))
      }),
    )
  })

  it('ID-5: is the length of the prefix that two ids were generated to share', () => {
    const pair = anyWidth().chain((width) =>
      fc
        .tuple(mixedId(width), fc.nat({ max: 8 * width }))
        .chain(([base, bits]) => idSharing(base, bits).map((id) => ({ base, id, bits }))),
    )
    fc.assert(
      fc.property(pair, ({ base, id, bits }) => {
        expect(commonPrefixLength(base, id)).toBe(bits)
      }),
    )
  })
})

describe('heads', () => {
  it('ID-4: different heads of two distances are in the order of the distances', () => {
    fc.assert(
      fc.property(threeIds, ([x, y, target]) => {
        const [mine, other] = [x, y].map((id) => distanceOfHeads(idHead(id), idHead(target))) as [
          number,
          number,
        ]
        const heads = [x, y].map((id) => headOf(far(id, target), target.length)) as [bigint, bigint]
        expect(sign(mine - other)).toBe(sign(heads[0] - heads[1]))
        expect([mine, idHead(x)]).toEqual([mine | 0, idHead(x) | 0])
      }),
    )
  })

  it('ID-5: show how many bits are shared, up to 32', () => {
    fc.assert(
      fc.property(twoIds, ([x, y]) => {
        const bits = sharedInHead(distanceOfHeads(idHead(x), idHead(y)))
        expect(bits).toBe(idsEqual(x, y) ? 32 : Math.min(32, commonPrefixLength(x, y)))
      }),
    )
  })
})
