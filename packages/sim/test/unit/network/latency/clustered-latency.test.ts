// A plane with most hosts in one corner.

import { Chance, clusteredLatency, type Place, planeLatency } from '@dht/sim'
import { describe, expect, it } from 'vitest'

const chance = Chance.of('clustered')

const somewhere = (): Place => ({ x: chance.unit(), y: chance.unit() })

const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b)

/** The value that `share` of `values` are below. */
const quantile = (values: readonly number[], share: number): number =>
  sorted(values)[Math.floor(share * values.length)] as number

/** Six standard deviations of a share of `share` among `count`. */
const sixSigma = (share: number, count: number): number =>
  6 * Math.sqrt((share * (1 - share)) / count)

describe('clustered', () => {
  it('has 85 % of the hosts in one corner, near one another and far from the others', () => {
    const distance = clusteredLatency(planeLatency({ floorMs: 0, acrossMs: 100 }))
    const hosts = Array.from({ length: 400 }, somewhere)
    // A host in the corner has most hosts within the corner's diagonal.
    const nearTo = (host: Place): number =>
      hosts.filter((other) => distance(host, other, 0) <= 100 * 0.1 * Math.SQRT2).length
    const inCorner = hosts.filter((host) => nearTo(host) > 200)
    const share = inCorner.length / hosts.length
    expect(Math.abs(share - 0.85)).toBeLessThan(sixSigma(0.85, hosts.length))
    const far = hosts.filter((host) => !inCorner.includes(host))
    const between = far.flatMap((a) => inCorner.map((b) => distance(a, b, 0)))
    expect(quantile(between, 0.5)).toBeGreaterThan(50)
  })

  it('refuses invalid options', () => {
    const plane = planeLatency({ acrossMs: 1 })
    expect(() => clusteredLatency(plane, { share: -1 })).toThrow('share: expected a share')
    expect(() => clusteredLatency(plane, { side: 2 })).toThrow(
      'side: expected a length from 0 to 1',
    )
  })
})
