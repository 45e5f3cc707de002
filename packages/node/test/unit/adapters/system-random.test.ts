import { expect, it } from 'vitest'
import { systemRandom } from '../../../src/adapters/system-random.ts'

it('gives as many bytes as asked for, within a block, across its end and beyond', () => {
  const random = systemRandom()
  for (const length of [0, 1, 32, 4_095, 4_096, 4_097, 20, 10_000, 4]) {
    expect(random(length)).toHaveLength(length)
  }
})

it('never gives the same bytes twice, nor a view that a caller could change for another', () => {
  const random = systemRandom()
  const seen = new Set<string>()
  for (let i = 0; i < 2_000; i++) {
    const bytes = random(16)
    seen.add(String(bytes))
    bytes.fill(0)
  }
  expect(seen.size).toBe(2_000)
})

it('keeps no block alive for the sake of a few bytes of it', () => {
  expect(systemRandom()(16).buffer.byteLength).toBe(16)
})

it('is spread over all values', () => {
  const counts = new Array<number>(256).fill(0)
  for (const byte of systemRandom()(256 * 400)) counts[byte] = (counts[byte] ?? 0) + 1
  // 400 each, with a standard deviation of 20: ten of them are never seen.
  expect(Math.min(...counts)).toBeGreaterThan(200)
  expect(Math.max(...counts)).toBeLessThan(600)
})
