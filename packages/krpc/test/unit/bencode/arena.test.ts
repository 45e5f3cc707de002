import { describe, expect, it } from 'vitest'
import { Arena } from '../../../src/bencode/arena.ts'

const ARENA_BYTES = 16_384

describe('an arena', () => {
  it('is used up to its last byte', () => {
    const arena = new Arena()
    const first = arena.take(ARENA_BYTES - 1)
    const last = arena.take(1)
    expect(last.buffer).toBe(first.buffer)
    expect(last.byteOffset).toBe(ARENA_BYTES - 1)
    const next = arena.take(1)
    expect(next.buffer).not.toBe(first.buffer)
    expect([next.byteOffset, next.length]).toEqual([0, 1])
  })

  it('grows for more bytes than it has', () => {
    const piece = new Arena().take(ARENA_BYTES + 1)
    expect([piece.length, piece.buffer.byteLength]).toEqual([ARENA_BYTES + 1, ARENA_BYTES + 1])
  })

  it('never hands out the same bytes twice', () => {
    const arena = new Arena()
    const pieces = Array.from({ length: 40 }, (_, i) => arena.take(1_000).fill(i))
    for (const [i, piece] of pieces.entries()) {
      expect(piece.every((byte) => byte === i)).toBe(true)
    }
  })

  it('reserves bytes without handing them out', () => {
    const arena = new Arena()
    expect(arena.reserve(10).length).toBe(ARENA_BYTES)
    expect(arena.start).toBe(0)
    expect(arena.take(4).byteOffset).toBe(0)
    expect(arena.start).toBe(4)
  })
})
