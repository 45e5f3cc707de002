// The next timeout of a core may be early, is never late, and does not repeat without an event. The
// node stays valid when the clock stands still, jumps by hours, or runs backwards.

import { idFromBytes } from '@dht/id'
import { timeAdvance } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CORE_DEFAULTS } from '../../src/core/config/defaults.ts'
import { Bench } from '../support/bench.ts'

const HOUR = 3_600_000
const targets = [1, 2, 3].map((fill) => idFromBytes(new Uint8Array(32).fill(fill)))

const DEEDS = ['ask', 'answer', 'fail', 'enter', 'look'] as const

type Step =
  | { readonly kind: 'pass' | 'jump' | 'back'; readonly ms: number }
  | { readonly kind: (typeof DEEDS)[number]; readonly which: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('pass' as const, 'jump' as const), ms: timeAdvance() }),
  fc.record({ kind: fc.constant('back' as const), ms: fc.nat({ max: 60_000 }) }),
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom(...DEEDS), which: fc.nat({ max: 19 }) }),
  },
)

/** A node with twenty others, and any event that can happen to it. */
function world(): { readonly bench: Bench; readonly run: (step: Step) => void } {
  const bench = new Bench()
  const others = bench.newContacts(20)
  bench.start({ kind: 'bootstrap', endpoints: [others[0]!.endpoint], routers: [] })
  const run = (each: Step): void => {
    if ('ms' in each) {
      if (each.kind === 'pass') bench.pass(each.ms)
      else bench.now += each.kind === 'jump' ? each.ms : -each.ms
    } else {
      const who = others[each.which]!
      if (each.kind === 'ask') bench.queryFrom(who, { method: 'ping' })
      if (each.kind === 'fail') bench.undeliverable(who.endpoint)
      if (each.kind === 'answer') bench.respondAll([who])
      const target = targets[each.which % 3]!
      if (each.kind === 'enter') bench.request({ kind: 'enter', target, port: 1 })
      if (each.kind === 'look') bench.request({ kind: 'lookup', target, mode: 'all' })
    }
  }
  return { bench, run }
}

const script = fc.array(step, { maxLength: 60, size: 'max' })

describe('nextTimeout', () => {
  it('TIME-8, META-57: after handleTimeout the next timeout is later: no event stays due', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const { bench, run } = world()
        for (const each of steps) {
          run(each)
          let wakes = 0
          for (;;) {
            const next = bench.core.nextTimeout(bench.now)
            if (next === undefined || next.at > bench.now) break
            bench.handleTimeout()
            // One more call for what a limit delayed: a check beyond its budget, a round beyond its
            // limit.
            expect(++wakes).toBeLessThanOrEqual(3)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('is never late: before that instant, handleTimeout does nothing', () => {
    fc.assert(
      fc.property(script, fc.double({ min: 0, max: 0.999, noNaN: true }), (steps, share) => {
        const { bench, run } = world()
        for (const each of steps) {
          if (each.kind === 'back') continue
          run(each)
          bench.pass(0)
          bench.take()
          const next = bench.core.nextTimeout(bench.now)
          if (next === undefined) continue
          const early = bench.now + (Math.min(next.at, bench.now + 24 * HOUR) - bench.now) * share
          expect(bench.core.handleTimeout(early)).toEqual([])
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('a long suspension', () => {
  it('SIM-T1, SIM-S9: everything is due at once afterwards, without a burst of datagrams', () => {
    const bench = new Bench()
    const friends = bench.newContacts(60).map((who) => bench.addMember(who))
    for (const target of targets) bench.request({ kind: 'enter', target, port: 1 })
    bench.pass(HOUR, ...friends)
    const { peers } = bench.info.store
    expect(peers).toBe(0)
    bench.now += 12 * HOUR
    bench.take()
    bench.handleTimeout()
    const { checkBurst, maxRounds } = CORE_DEFAULTS
    // Checks up to their burst, the first queries of the rounds and of one refresh.
    expect(bench.datagrams.length).toBeLessThanOrEqual(checkBurst + (maxRounds + 1) * 8)
    expect(bench.datagrams.length).toBeGreaterThan(0)
    // And the node recovers by itself.
    bench.pass(60_000, ...friends)
    expect(bench.info.announcements.every(({ last }) => last?.complete)).toBe(true)
    expect(bench.info.overlays[0]!.contacts.bad).toBe(0)
  })

  it('returns nothing that expired meanwhile', () => {
    const bench = new Bench()
    const [peer, asker] = [bench.newContact(), bench.newContact()]
    const [target] = targets as [(typeof targets)[0]]
    const reply = bench.queryFrom(peer, { method: 'get_peers', target })
    const token = reply?.kind === 'response' ? reply.token!.slice() : new Uint8Array(0)
    const put = { method: 'announce_peer', target, port: 1, impliedPort: false, token } as const
    expect(bench.queryFrom(peer, put)?.kind).toBe('response')
    bench.now += CORE_DEFAULTS.peerLifetimeMs
    expect(bench.queryFrom(asker, { method: 'get_peers', target })).toHaveProperty(
      'values.length',
      1,
    )
    bench.now += 1
    expect(bench.queryFrom(asker, { method: 'get_peers', target })).toMatchObject({
      values: undefined,
    })
    bench.handleTimeout()
    expect(bench.info.store).toEqual({ keys: 0, peers: 0 })
  })
})

describe('a clock that runs backwards', () => {
  it('META-59: throws nowhere, and every operation still ends once', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const { bench, run } = world()
        for (const each of steps) run(each)
        const operationId = bench.request({ kind: 'ping', to: bench.newContact().endpoint })
        bench.now -= 60_000
        bench.pass(120_000)
        expect(bench.outcomes.has(operationId)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })
})
