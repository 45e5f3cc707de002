// Hosts that packets reach early, whatever the latency of the others.

import { constantLatency } from '@dht/sim'
import { describe, expect, it } from 'vitest'
import { quickPlace, withQuickHosts } from '../../../../src/network/latency/quick-hosts.ts'

describe('quick hosts', () => {
  it('are reached early, and reach others early', () => {
    const latency = withQuickHosts(constantLatency(200))
    const [quick, other] = [quickPlace(0.5), { x: 0.5, y: 0.5 }]
    expect(latency(quick, other, 0)).toBe(10)
    expect(latency(other, quick, 0)).toBe(10)
    expect(latency(other, other, 0)).toBe(200)
  })

  it('are not slower than others', () => {
    expect(withQuickHosts(constantLatency(3))(quickPlace(0), quickPlace(0.1), 0)).toBe(3)
  })
})
