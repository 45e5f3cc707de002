import { expect, it } from 'vitest'
import { systemRandom } from '../../../src/adapters/system-random.ts'

it('returns as many bytes as requested, within a block, across its end and beyond', () => {
  const random = systemRandom()
  for (const length of [0, 1, 32, 4_095, 4_096, 4_097, 20, 10_000, 4]) {
    expect(random(length)).toHaveLength(length)
  }
})

it('never returns the same bytes twice, nor a view that shares memory with another', () => {
  const random = systemRandom()
  const seen = new Set<string>()
  for (let i = 0; i < 2_000; i++) {
    const bytes = random(16)
    seen.add(String(bytes))
    bytes.fill(0)
  }
  expect(seen.size).toBe(2_000)
})

it('returns bytes that do not keep a whole block in memory', () => {
  expect(systemRandom()(16).buffer.byteLength).toBe(16)
})

it('is uniform over all values', () => {
  const counts = new Array<number>(256).fill(0)
  for (const byte of systemRandom()(256 * 400)) counts[byte] = (counts[byte] ?? 0) + 1
  // 400 each, with a standard deviation of 20: ten standard deviations do not occur.
  expect(Math.min(...counts)).toBeGreaterThan(200)
  expect(Math.max(...counts)).toBeLessThan(600)
})
