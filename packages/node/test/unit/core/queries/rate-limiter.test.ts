import { endpoint } from '@dht/krpc'
import { expect, it } from 'vitest'
import { resolveCoreOptions } from '../../../../src/core/config/resolve.ts'
import { RateLimiter } from '../../../../src/core/queries/rate-limiter.ts'

function newLimiter(): RateLimiter {
  const options = { queriesPerSource: 2, sourceWindowMs: 1_000, maxSources: 3 }
  return new RateLimiter(resolveCoreOptions({ ...options, replyBytesPerSecond: 100 }))
}

/** How many of ten queries are admitted. */
function admitted(limiter: RateLimiter, address: string, now: number): number {
  return Array.from({ length: 10 }, (_, i) => endpoint(address, 1 + i)).filter((from) =>
    limiter.admits(from, now),
  ).length
}

it('admits so many queries of one address, whatever its port', () => {
  const limiter = newLimiter()
  expect(admitted(limiter, '1.2.3.4', 0)).toBe(2)
  expect(admitted(limiter, '1.2.3.5', 0)).toBe(2)
})

it('treats an IPv6 /64 as one source, because its owner has all of its addresses', () => {
  const limiter = newLimiter()
  expect(admitted(limiter, '2001:db8::1', 0)).toBe(2)
  expect(admitted(limiter, '2001:db8::ffff', 0)).toBe(0)
  expect(admitted(limiter, '2001:db8:0:1::1', 0)).toBe(2)
})

it('counts anew in each window', () => {
  const limiter = newLimiter()
  expect(admitted(limiter, '1.2.3.4', 0)).toBe(2)
  expect(admitted(limiter, '1.2.3.4', 999)).toBe(0)
  expect(admitted(limiter, '1.2.3.4', 1_000)).toBe(2)
})

it('counts up to its limit of sources; beyond it, it starts again and refuses no source', () => {
  const limiter = newLimiter()
  for (const last of [1, 2, 3]) expect(admitted(limiter, `1.2.3.${last}`, 0)).toBe(2)
  expect(limiter.sources).toBe(3)
  expect(admitted(limiter, '1.2.3.4', 0)).toBe(2)
  expect(limiter.sources).toBe(1)
})

it('works with a clock that runs backwards', () => {
  const limiter = newLimiter()
  expect(admitted(limiter, '1.2.3.4', 1_000_000)).toBe(2)
  expect(admitted(limiter, '1.2.3.4', 0)).toBe(2)
  expect(admitted(limiter, '1.2.3.4', 999)).toBe(0)
})

it('allows so many bytes of replies per second', () => {
  const limiter = newLimiter()
  for (const isAllowed of [true, true, false]) {
    expect(limiter.allowsReply(0)).toBe(isAllowed)
    if (isAllowed) limiter.replySent(60, 0)
  }
  expect(limiter.allowsReply(1_000)).toBe(true)
})
