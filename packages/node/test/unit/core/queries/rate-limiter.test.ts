import { endpoint } from '@dht/krpc'
import { expect, it } from 'vitest'
import { resolveCoreOptions } from '../../../../src/core/config/resolve.ts'
import { RateLimiter } from '../../../../src/core/queries/rate-limiter.ts'

function intake(): RateLimiter {
  const options = { queriesPerSource: 2, sourceWindowMs: 1_000, maxSources: 3 }
  return new RateLimiter(resolveCoreOptions({ ...options, replyBytesPerSecond: 100 }))
}

/** How many of ten queries are let in. */
function admitted(door: RateLimiter, address: string, now: number): number {
  return Array.from({ length: 10 }, (_, i) => endpoint(address, 1 + i)).filter((from) =>
    door.admits(from, now),
  ).length
}

it('lets in so many queries of one address, whatever its port', () => {
  const door = intake()
  expect(admitted(door, '1.2.3.4', 0)).toBe(2)
  expect(admitted(door, '1.2.3.5', 0)).toBe(2)
})

it('takes an IPv6 network for one source, for its owner has all of its addresses', () => {
  const door = intake()
  expect(admitted(door, '2001:db8::1', 0)).toBe(2)
  expect(admitted(door, '2001:db8::ffff', 0)).toBe(0)
  expect(admitted(door, '2001:db8:0:1::1', 0)).toBe(2)
})

it('begins to count anew with each window', () => {
  const door = intake()
  expect(admitted(door, '1.2.3.4', 0)).toBe(2)
  expect(admitted(door, '1.2.3.4', 999)).toBe(0)
  expect(admitted(door, '1.2.3.4', 1_000)).toBe(2)
})

it('counts up to its limit of sources; above it, it starts again and refuses no source', () => {
  const door = intake()
  for (const last of [1, 2, 3]) expect(admitted(door, `1.2.3.${last}`, 0)).toBe(2)
  expect(door.sources).toBe(3)
  expect(admitted(door, '1.2.3.4', 0)).toBe(2)
  expect(door.sources).toBe(1)
})

it('survives a clock that runs back', () => {
  const door = intake()
  expect(admitted(door, '1.2.3.4', 1_000_000)).toBe(2)
  expect(admitted(door, '1.2.3.4', 0)).toBe(2)
  expect(admitted(door, '1.2.3.4', 999)).toBe(0)
})

it('affords so many bytes of replies per second', () => {
  const door = intake()
  expect(door.affords(60, 0)).toBe(true)
  expect(door.affords(60, 0)).toBe(true)
  expect(door.affords(60, 0)).toBe(false)
  expect(door.affords(60, 1_000)).toBe(true)
})
