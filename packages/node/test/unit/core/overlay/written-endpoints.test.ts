import { endpoint, endpointKey } from '@dht/krpc'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  MAX_WRITTEN,
  WRITTEN_MS,
  WrittenEndpoints,
} from '../../../../src/core/overlay/written-endpoints.ts'

const place = (n: number) => endpoint(`20.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, 1 + n)
const at = (n: number): string => endpointKey(place(n))

it('SELF-4: an endpoint counts as written to for ten minutes after the last datagram to it', () => {
  const step = fc.record({ who: fc.nat(3), waitMs: fc.nat(WRITTEN_MS) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const written = new WrittenEndpoints()
      const log: { readonly who: number; readonly now: number }[] = []
      let now = 0
      for (const { who, waitMs } of steps) {
        now += waitMs
        for (const each of [0, 1, 2, 3]) {
          const isLate = log.some((e) => e.who === each && now - e.now < 10 * 60_000)
          expect(written.has(at(each), now)).toBe(isLate)
        }
        written.add(at(who), now)
        log.push({ who, now })
      }
      const port = endpointKey(endpoint(place(0).address, 9))
      expect(written.has(port, now)).toBe(false)
    }),
  )
})

it('SELF-7: a bounded number is remembered, and the one written to longest ago goes first', () => {
  const written = new WrittenEndpoints()
  for (let n = 0; n < MAX_WRITTEN; n++) written.add(at(n), n)
  written.add(at(0), MAX_WRITTEN)
  written.add(at(MAX_WRITTEN), MAX_WRITTEN)
  expect(written.size).toBe(MAX_WRITTEN)
  const now = MAX_WRITTEN
  expect([0, 1, 2, MAX_WRITTEN].map((n) => written.has(at(n), now))).toEqual([
    true,
    false,
    true,
    true,
  ])
})
