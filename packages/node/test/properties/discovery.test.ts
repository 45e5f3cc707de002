// What a node believes of a source of nodes is bounded, for any source and any course of time.

import type { Endpoint } from '@dht/krpc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DiscoveryHost } from '../../src/ports/discovery.ts'
import { Discovery } from '../../src/shell/discovery.ts'

const MINUTE = 60_000
const LIMIT = 32

/** A discovery with one source, whose host is returned too. */
function running(now: () => number) {
  const believed: Endpoint[] = []
  const warnings: string[] = []
  let host: DiscoveryHost | undefined
  const start = (given: DiscoveryHost): void => {
    host = given
  }
  const discovery = new Discovery({
    sources: [{ name: 'fake', start, close: () => {} }],
    now,
    warn: (_code, message) => warnings.push(message),
    isUsable: ({ port }) => port !== 1,
    found: (endpoint) => believed.push(endpoint),
  })
  discovery.start({ id: 'ab', network: 'dht256', endpoints: [] })
  return { discovery, host: host!, believed, warnings }
}

const steps = fc.array(
  fc.record({
    // Small steps, steps at the edge of a minute, jumps far ahead, and jumps back.
    ms: fc.oneof(
      fc.constantFrom(0, 0, 0, 1, MINUTE - 1, MINUTE, 86_400_000, -1, -MINUTE, -3_600_000),
      fc.integer({ min: 0, max: 5_000 }),
    ),
    calls: fc.integer({ min: 1, max: 80 }),
  }),
  { maxLength: 20 },
)

describe('DISC-1: endpoints of a source', () => {
  it('are believed 32 times in any minute, and no less', () => {
    fc.assert(
      fc.property(steps, (script) => {
        let now = 1_000_000
        // A clock that jumps back stands still for the bound.
        let latest = Number.NEGATIVE_INFINITY
        const { discovery, host, believed } = running(() => now)
        const at: number[] = []
        let called = 0
        for (const { ms, calls } of script) {
          now += ms
          latest = Math.max(latest, now)
          const inLastMinute = at.filter((each) => latest - each < MINUTE).length
          const expected = Math.min(calls, LIMIT - inLastMinute)
          for (let call = 0; call < calls; call++)
            host.found(`192.0.2.1:${2 + (called++ % 60_000)}`)
          for (let each = 0; each < expected; each++) at.push(latest)
          expect(believed).toHaveLength(at.length)
        }
        const [info] = discovery.info()
        expect(info).toEqual({
          name: 'fake',
          believed: at.length,
          dropped: called - at.length,
          refused: 0,
        })
      }),
    )
  })

  it('that cannot be used are refused and cost nothing of the bound', () => {
    const garbage = fc.oneof(
      fc.string(),
      fc.anything(),
      fc.constantFrom('192.0.2.1:0', 'name:1', '224.0.0.1:5', '192.0.2.1:1', { address: 5 }),
    )
    fc.assert(
      fc.property(fc.array(garbage), (told) => {
        const { discovery, host, believed } = running(() => 0)
        for (const each of told) expect(() => host.found(each as string)).not.toThrow()
        expect(believed).toEqual([])
        expect(discovery.info()[0]).toMatchObject({ refused: told.length, dropped: 0 })
        host.found('192.0.2.1:7')
        expect(believed).toEqual([{ address: '192.0.2.1', port: 7, family: 4 }])
      }),
    )
  })

  it('that are too many cause one kind of warning', () => {
    const { host, warnings } = running(() => 0)
    for (let port = 2; port < 100; port++) host.found(`192.0.2.1:${port}`)
    expect(new Set(warnings)).toEqual(
      new Set(['discovery fake: more than 32 endpoints in a minute; further ones are dropped']),
    )
  })

  it('are not believed, nor are its warnings told, when the node is closed', async () => {
    const { discovery, host, believed, warnings } = running(() => 0)
    await discovery.close()
    host.found('10.0.0.1:5')
    host.warn('late')
    expect([believed, warnings]).toEqual([[], []])
  })
})
