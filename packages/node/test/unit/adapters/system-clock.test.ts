import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { portableClock } from '../../../src/adapters/portable-clock.ts'
import { systemClock } from '../../../src/adapters/system-clock.ts'

const HOUR = 3_600_000

/** A machine whose two clocks the test sets. */
function machine(): { monotonic: number; wall: number; clock: ReturnType<typeof systemClock> } {
  const at = { monotonic: 1_000, wall: 1_700_000_000_000 }
  const clock = systemClock({ monotonic: () => at.monotonic, wall: () => at.wall })
  return Object.assign(at, { clock })
}

/** Lets time pass for both clocks, or for the wall clock alone. */
function pass(at: { monotonic: number; wall: number }, ms: number, asleep = 0): void {
  at.monotonic += ms
  at.wall += ms + asleep
}

describe('now', () => {
  it('advances with the monotonic clock', () => {
    const at = machine()
    const before = at.clock.now()
    pass(at, 250)
    expect(at.clock.now() - before).toBe(250)
  })

  it('counts a suspension of the machine, once', () => {
    const at = machine()
    const before = at.clock.now()
    pass(at, 100, 8 * HOUR)
    expect(at.clock.now() - before).toBe(100 + 8 * HOUR)
    pass(at, 100)
    expect(at.clock.now() - before).toBe(200 + 8 * HOUR)
  })

  it('counts several suspensions', () => {
    const at = machine()
    const before = at.clock.now()
    for (let night = 0; night < 3; night++) {
      pass(at, 100, HOUR)
      at.clock.now()
    }
    expect(at.clock.now() - before).toBe(300 + 3 * HOUR)
  })

  it('counts a suspension before the first call', () => {
    const at = machine()
    pass(at, 100, 8 * HOUR)
    expect(at.clock.now()).toBe(1_100 + 8 * HOUR)
  })

  it('ignores a difference of the clocks of up to five seconds, and counts a larger one', () => {
    const at = machine()
    const before = at.clock.now()
    pass(at, 100, 5_000)
    expect(at.clock.now() - before).toBe(100)
    pass(at, 100, 1)
    expect(at.clock.now() - before).toBe(200 + 5_001)
  })

  it('uses the clocks of the machine by default', () => {
    const wall = vi.spyOn(Date, 'now')
    try {
      const start = 1_700_000_000_000
      wall.mockReturnValue(start)
      const clock = systemClock()
      const before = clock.now()
      wall.mockReturnValue(start + HOUR)
      expect(clock.now() - before).toBeGreaterThan(HOUR / 2)
    } finally {
      wall.mockRestore()
    }
  })

  it('does not count a wall clock that is set back and forward again', () => {
    const at = machine()
    const before = at.clock.now()
    for (const step of [-HOUR, HOUR, -2 * HOUR, HOUR, HOUR, -8 * HOUR, 8 * HOUR]) {
      pass(at, 100, step)
      at.clock.now()
    }
    expect(at.clock.now() - before).toBe(700)
  })

  it('after the wall clock was set back, counts what exceeds its latest time', () => {
    const at = machine()
    const before = at.clock.now()
    pass(at, 100, -HOUR)
    expect(at.clock.now() - before).toBe(100)
    pass(at, 100, 8 * HOUR)
    expect(at.clock.now() - before).toBe(200 + 7 * HOUR)
    pass(at, 100, 8 * HOUR)
    expect(at.clock.now() - before).toBe(300 + 15 * HOUR)
  })

  it('ignores small corrections of the wall clock', () => {
    const at = machine()
    const before = at.clock.now()
    for (const correction of [40, -40, 2_000, -2_000]) pass(at, 100, correction)
    expect(at.clock.now() - before).toBe(400)
  })

  it('never runs backwards, whatever the wall clock does', () => {
    const at = machine()
    let last = at.clock.now()
    for (const jump of [HOUR, -HOUR, -HOUR, 6_000, -6_000, 4_000, -4_000, HOUR]) {
      pass(at, 0, jump)
      const now = at.clock.now()
      expect(now).toBeGreaterThanOrEqual(last)
      last = now
    }
  })
})

/** Lets fake timers run for `ms`, and then what was deferred until sockets are read. */
async function elapse(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms)
  await setImmediate()
}

describe('alarm', () => {
  it('fires once, at its instant, and not when cancelled', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { clock } = machine()
      const rung: string[] = []
      clock.alarm(clock.now() + 50, () => rung.push('kept'))
      const cancel = clock.alarm(clock.now() + 50, () => rung.push('cancelled'))
      cancel()
      await elapse(49)
      expect(rung).toEqual([])
      await elapse(1)
      expect(rung).toEqual(['kept'])
      cancel()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('fires now for an instant in the past, and never for an infinite one', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { clock } = machine()
      const rung: string[] = []
      clock.alarm(clock.now() - 10, () => rung.push('past'))
      const cancel = clock.alarm(Number.POSITIVE_INFINITY, () => rung.push('never'))
      await elapse(0)
      expect(rung).toEqual(['past'])
      await elapse(HOUR)
      expect(rung).toEqual(['past'])
      cancel()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('fires soon after a suspension in which it was due, because timers stood still', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const at = machine()
      const rung: number[] = []
      const wakeAt = at.clock.now() + HOUR
      at.clock.alarm(wakeAt, () => rung.push(at.clock.now()))
      pass(at, 0, 8 * HOUR)
      await elapse(60_000)
      expect(rung).toHaveLength(1)
    } finally {
      vi.useRealTimers()
    }
  })

  it('fires no sooner than asked, however late that is', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const at = machine()
      const rung: number[] = []
      const dueAt = at.clock.now() + HOUR
      at.clock.alarm(dueAt, () => rung.push(at.clock.now()))
      while (rung.length === 0) {
        pass(at, 1_000)
        await elapse(1_000)
      }
      expect(rung).toEqual([dueAt])
    } finally {
      vi.useRealTimers()
    }
  })
})

const CLOCKS = [
  ['Node', systemClock],
  ['any runtime', portableClock],
] as const

it.each(CLOCKS)('an alarm of %s rings in time, unless it was cancelled', async (_, clockOf) => {
  const clock = clockOf()
  const rung: string[] = []
  const cancels = ['early', 'late'].map((name) =>
    clock.alarm(clock.now() + 10, () => rung.push(name)),
  )
  cancels[0]?.()
  const at = clock.now() + 20
  await new Promise<void>((resolve) => clock.alarm(at, resolve))
  expect(clock.now()).toBeGreaterThanOrEqual(at - 1)
  expect(rung).toEqual(['late'])
  cancels[1]?.()
})

it.each(CLOCKS)('what arrived before an alarm of %s is received first', async (_, clockOf) => {
  const heard: string[] = []
  const [here, there] = [createSocket('udp4'), createSocket('udp4')]
  try {
    here.bind(0, '127.0.0.1')
    await once(here, 'listening')
    const arrival = once(here, 'message').then(() => heard.push('datagram'))
    const clock = clockOf()
    const bell = new Promise<void>((resolve) => {
      clock.alarm(clock.now() + 20, () => {
        heard.push('alarm')
        resolve()
      })
    })
    await new Promise((resolve) => there.send('late?', here.address().port, '127.0.0.1', resolve))
    const busyUntil = performance.now() + 60
    while (performance.now() < busyUntil);
    await Promise.all([arrival, bell])
    expect(heard).toEqual(['datagram', 'alarm'])
  } finally {
    here.close()
    there.close()
  }
})
