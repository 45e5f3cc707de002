import { describe, expect, it } from 'vitest'
import { TypedRows } from '../../src/typed-rows.ts'

describe('TypedRows', () => {
  it('keeps every row while it grows, up to its bound', () => {
    const rows = new TypedRows({ stride: 4, maxRows: 1_000 })
    for (let row = 0; row < 1_000; row += 1) {
      expect(rows.take()).toBe(row)
      rows.words[row * 4 + 1] = row * 7
    }
    for (let row = 0; row < 1_000; row += 1) expect(rows.words[row * 4 + 1]).toBe(row * 7)
    expect(rows.words.length).toBe(4_000)
  })

  it('reuses the row that was freed last', () => {
    const rows = new TypedRows({ stride: 4, maxRows: 20 })
    for (let row = 0; row < 5; row += 1) rows.take()
    rows.release(1)
    rows.release(3)
    expect([rows.take(), rows.take(), rows.take()]).toEqual([3, 1, 5])
  })

  it('has three views of one buffer, in which each row begins with a double', () => {
    const rows = new TypedRows({ stride: 3, maxRows: 1 })
    expect(rows.stride).toBe(4)
    expect(rows.bytes.length).toBe(0)
    rows.take()
    rows.doubles[0] = 1
    expect([rows.words[0], rows.words[1]]).toEqual([0, 0x3ff00000])
    expect(rows.bytes[7]).toBe(0x3f)
    expect(rows.bytes.length).toBe(16)
  })
})
