import { describe, expect, it } from 'vitest'
import { TypedRows } from '../../src/typed-rows.ts'

describe('Slab', () => {
  it('keeps every row through growth, up to its bound and no further', () => {
    const slab = new TypedRows({ stride: 4, maxRows: 1_000 })
    for (let row = 0; row < 1_000; row += 1) {
      expect(slab.take()).toBe(row)
      slab.words[row * 4 + 1] = row * 7
    }
    for (let row = 0; row < 1_000; row += 1) expect(slab.words[row * 4 + 1]).toBe(row * 7)
    expect(slab.words.length).toBe(4_000)
  })

  it('gives the latest given-back row first', () => {
    const slab = new TypedRows({ stride: 4, maxRows: 20 })
    for (let row = 0; row < 5; row += 1) slab.take()
    slab.release(1)
    slab.release(3)
    expect([slab.take(), slab.take(), slab.take()]).toEqual([3, 1, 5])
  })

  it('shows one buffer in three ways, each row beginning with a double', () => {
    const slab = new TypedRows({ stride: 3, maxRows: 1 })
    expect(slab.stride).toBe(4)
    expect(slab.bytes.length).toBe(0)
    slab.take()
    slab.doubles[0] = 1
    expect([slab.words[0], slab.words[1]]).toEqual([0, 0x3ff00000])
    expect(slab.bytes[7]).toBe(0x3f)
    expect(slab.bytes.length).toBe(16)
  })
})
