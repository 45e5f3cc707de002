// A share of the hosts is slow, and always the same ones.

import { Chance, type Latency, type Place, withSlowHosts } from '@dht/sim'
import { describe, expect, it } from 'vitest'

const COUNT = 20_000
const chance = Chance.of('slow')

const somewhere = (): Place => ({ x: chance.unit(), y: chance.unit() })

/** Six standard deviations of a share of `share` among `count`. */
const sixSigma = (share: number, count: number): number =>
  6 * Math.sqrt((share * (1 - share)) / count)

describe('with slow hosts', () => {
  const plain: Latency = () => 5

  it('2 % of the hosts send 1.5 s later, always the same ones, to all hosts', () => {
    const latency = withSlowHosts(plain)
    const other = somewhere()
    let slow = 0
    for (let i = 0; i < COUNT; i++) {
      const host = somewhere()
      const ms = latency(host, other, 0.3)
      expect([5, 1_505]).toContain(ms)
      expect(latency(host, somewhere(), chance.unit())).toBe(ms)
      if (ms > 5) slow++
    }
    expect(Math.abs(slow / COUNT - 0.02)).toBeLessThan(sixSigma(0.02, COUNT))
  })

  it('takes another share and another delay', () => {
    const [a, b] = [somewhere(), somewhere()]
    expect(withSlowHosts(plain, { share: 1, byMs: 7 })(a, b, 0)).toBe(12)
    expect(withSlowHosts(plain, { share: 0 })(a, b, 0)).toBe(5)
  })

  it('refuses invalid options', () => {
    expect(() => withSlowHosts(plain, { share: 2 })).toThrow('share: expected a share from 0 to 1')
    expect(() => withSlowHosts(plain, { byMs: -1 })).toThrow('byMs: expected a span')
  })
})
