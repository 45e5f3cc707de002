// The median round trip of latencies whose median is known.

import { constantLatency, LATENCIES, uniformLatency } from '@dht/sim'
import { expect, it } from 'vitest'
import { medianRoundTripMs } from '../../../../src/network/latency/median-round-trip.ts'

it('is the median of the distribution', () => {
  expect(medianRoundTripMs(constantLatency(25))).toBe(50)
  expect(Math.abs(medianRoundTripMs(uniformLatency(10, 40)) - 50)).toBeLessThan(2)
  // 80 ms at the median; six standard deviations of the median of 2,001 are 16 %.
  expect(Math.abs(medianRoundTripMs(LATENCIES.pairs) - 80)).toBeLessThan(13)
  expect(medianRoundTripMs(constantLatency(0))).toBe(1)
})
