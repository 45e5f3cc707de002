import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Arena } from '../../../src/bencode/arena.ts'

const ARENA_BYTES = 16_384

/** Sizes of all kinds: small, as large as the buffer, larger, and one byte around that. */
const sizes = fc.array(
  fc.oneof(
    fc.nat({ max: 2_000 }),
    fc.constantFrom(0, 1, ARENA_BYTES - 1, ARENA_BYTES, ARENA_BYTES + 1),
  ),
  { minLength: 1, maxLength: 30 },
)

describe('an arena', () => {
  it('returns as many bytes as requested, and no byte twice', () => {
    fc.assert(
      fc.property(sizes, (wanted) => {
        const arena = new Arena()
        const pieces = wanted.map((size, i) => arena.take(size).fill(i + 1))
        expect(pieces.map(({ length }) => length)).toEqual(wanted)
        for (const [i, piece] of pieces.entries()) {
          expect(piece.every((byte) => byte === i + 1)).toBe(true)
        }
      }),
    )
  })

  it('takes first what was written to the reserved bytes', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: ARENA_BYTES }), (taken, size) => {
        const arena = new Arena()
        for (const each of taken) arena.take(each)
        const bytes = arena.reserve(size)
        const { start } = arena
        expect(bytes.length - start).toBeGreaterThanOrEqual(size)
        bytes.fill(7, start, start + size)
        const written = arena.take(size)
        expect(written).toHaveLength(size)
        expect(written.every((byte) => byte === 7)).toBe(true)
      }),
    )
  })
})
