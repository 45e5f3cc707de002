import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HostClock } from '../../../src/host/host-clock.ts'

const DAY_MS = 86_400_000

describe("a host's clock", () => {
  it('has its own rate and offset, never goes back, and knows when it will show a time', () => {
    const options = fc.record({
      offsetMs: fc.integer({ min: -DAY_MS, max: DAY_MS }),
      driftPpm: fc.integer({ min: -100_000, max: 100_000 }),
    })
    fc.assert(
      fc.property(options, fc.nat(10 * DAY_MS), fc.nat(1_000), (given, now, wanted) => {
        const clock = new HostClock(given)
        const exact = now + (now * given.driftPpm) / 1e6 + given.offsetMs
        expect(clock.read(now)).toBe(Math.floor(exact + 1e-6))
        expect(clock.read(now + 1)).toBeGreaterThanOrEqual(clock.read(now))
        const local = clock.read(now) + wanted - 0.5
        const instant = clock.instantOf(local)
        expect(clock.read(instant)).toBeGreaterThanOrEqual(local)
        expect(clock.read(instant - 1)).toBeLessThan(local)
      }),
    )
  })

  it('counts sleeps once they add up to more than five seconds', () => {
    const clock = new HostClock()
    clock.slept(3_000)
    expect(clock.read(10_000)).toBe(7_000)
    clock.slept(2_000)
    expect(clock.read(20_000)).toBe(15_000)
    clock.slept(1)
    expect(clock.read(30_000)).toBe(30_000)
    const forgetful = new HostClock({ countsSleep: false })
    forgetful.slept(DAY_MS)
    expect(forgetful.read(DAY_MS + 5)).toBe(5)
  })

  it('refuses invalid options', () => {
    expect(() => new HostClock({ offsetMs: 0.5 })).toThrow('offsetMs: expected whole ms, got 0.5')
    expect(() => new HostClock({ driftPpm: 1e6 })).toThrow('driftPpm')
  })
})
