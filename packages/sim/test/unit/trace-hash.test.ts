import { expect, it } from 'vitest'
import { TraceHash } from '../../src/trace-hash.ts'

const hashOf = (write: (hash: TraceHash) => void): string => {
  const hash = new TraceHash()
  write(hash)
  return hash.value
}
const ofBytes = (...bytes: number[]): string =>
  hashOf((hash) => hash.addBytes(Uint8Array.from(bytes)))

it('differs for every change of a byte, length, number, hash or order', () => {
  const values = [
    ofBytes(),
    ofBytes(0),
    ofBytes(0, 0),
    ofBytes(0, 0, 0, 0),
    ofBytes(0, 0, 0, 0, 0),
    ofBytes(1, 2, 3, 4, 5),
    ofBytes(1, 2, 3, 5, 4),
    ofBytes(5, 4, 3, 2, 1),
    hashOf(() => {}),
    hashOf((hash) => hash.add(1)),
    hashOf((hash) => hash.add(-1)),
    hashOf((hash) => hash.addHash('0000000000000001')),
    hashOf((hash) => hash.addHash('0000000100000000')),
    hashOf((hash) => {
      hash.add(1)
      hash.add(2)
    }),
    hashOf((hash) => {
      hash.add(2)
      hash.add(1)
    }),
  ]
  expect(new Set(values).size).toBe(values.length)
  for (const value of values) expect(value).toMatch(/^[0-9a-f]{16}$/)
})

it('rarely is the same for two lists of small numbers', () => {
  const seen = new Set<string>()
  for (let a = 0; a < 200; a++) {
    for (let b = 0; b < 200; b++) {
      seen.add(
        hashOf((hash) => {
          hash.add(a)
          hash.add(b)
        }),
      )
    }
  }
  expect(seen.size).toBe(40_000)
})
