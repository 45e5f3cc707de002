import { idFromBigInt, idToBigInt } from '@dht/id'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  anyId,
  anyWidth,
  closer,
  clusteredIds,
  distinctIds,
  idNearPowerOfTwo,
  idSharing,
  mixedId,
} from '../src/index.ts'

const sharedBits = (xor: bigint, width: number): number =>
  8 * width - (xor === 0n ? 0 : xor.toString(2).length)

describe('ids', () => {
  it('have the given width', () => {
    const kinds = [anyId, mixedId, idNearPowerOfTwo]
    const sample = anyWidth().chain((width) =>
      fc.tuple(fc.constant(width), ...kinds.map((kind) => kind(width))),
    )
    fc.assert(
      fc.property(sample, ([width, ...ids]) => {
        for (const id of ids) expect(id.length).toBe(width)
      }),
    )
  })

  it('share exactly the given number of bits', () => {
    const sample = fc
      .nat({ max: 16 })
      .chain((bits) =>
        anyId(2).chain((base) => idSharing(base, bits).map((id) => ({ base, id, bits }))),
      )
    fc.assert(
      fc.property(sample, ({ base, id, bits }) => {
        expect(sharedBits(idToBigInt(base) ^ idToBigInt(id), 2)).toBe(bits)
      }),
    )
  })

  it('when they are to be closer, include the target and ids next to the given one', () => {
    const [id, target] = [idFromBigInt(1n, 1), idFromBigInt(4n, 1)]
    const distances = fc.sample(closer(id, target), 500).map((near) => idToBigInt(near) ^ 4n)
    expect([...new Set(distances)].sort()).toEqual([0n, 1n, 2n, 3n, 4n])
  })

  it('include both ends of the space and every power of two', () => {
    const seen = new Set(fc.sample(idNearPowerOfTwo(1), 2_000).map(idToBigInt))
    for (let n = 0n; n < 8n; n++) expect(seen).toContain(1n << n)
    expect(seen).toContain(0n)
    expect(seen).toContain(255n)
  })

  it('clustered ids are close: in 20 bytes most pairs share more than 16 bits', () => {
    const crowds = fc.sample(clusteredIds(20, { minLength: 2 }), 200)
    const deep = crowds.filter(([a, b]) => sharedBits(idToBigInt(a!) ^ idToBigInt(b!), 20) > 16)
    expect(deep.length).toBeGreaterThan(100)
  })

  it('distinct ids are distinct, even in one byte', () => {
    fc.assert(
      fc.property(distinctIds(anyId(1), { minLength: 20 }), (ids) => {
        expect(new Set(ids.map(idToBigInt)).size).toBe(ids.length)
      }),
    )
  })
})
