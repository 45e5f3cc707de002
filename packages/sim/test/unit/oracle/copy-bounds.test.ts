// Where copies may lie: computed for each world by brute force, and what is wrong with others.

import { randomId } from '@dht/id'
import { mainline } from '@dht/krpc'
import type { CoreOptions } from '@dht/node/core'
import { Chance, type Host, World } from '@dht/sim'
import { describe, expect, it } from 'vitest'
import { exactnessViolations } from '../../../src/invariants/exactness.ts'
import { datagramLatency } from '../../../src/network/latency/pair-latency.ts'
import { copyBounds, misplacement } from '../../../src/oracle/copy-bounds.ts'
import { LiveNodes } from '../../../src/oracle/live-nodes.ts'

const PATIENT = { timeout: 60_000 }
const K = 2
/** Every lookup meets nodes that are late, and nobody is given up. */
const network = { latency: datagramLatency() }

describe('the bounds of a round', PATIENT, () => {
  const world = new World({ seed: 'copies', network, core: { k: K } })
  const [publisher, ...others] = world.grow(24) as [Host, ...Host[]]
  world.advance(60 * 60_000)
  const live = new LiveNodes(world)
  const source = world.chance.branch('keys').source
  const keys = Array.from({ length: 40 }, () => randomId(32, source))
  const bounds = keys.map((key) => copyBounds({ key, publisher, k: K }, live))

  it('SIM-K2: need the k nearest, and allow others only in the region', () => {
    const [estimated] = publisher.node.core.info(publisher.now).overlays
    const region = K / (estimated!.estimatedNodes! - 0.5)
    for (const [i, key] of keys.entries()) {
      const shareOf = (host: Host): number => (host.node.id[0]! ^ key[0]!) / 256
      const byShare = [...others].sort((a, b) => shareOf(a) - shareOf(b))
      const { needed, allowed, most } = bounds[i]!
      expect(needed.map(shareOf)).toEqual(byShare.slice(0, K).map(shareOf))
      for (const host of needed) expect(allowed).toContain(host)
      for (const host of allowed) {
        if (!needed.includes(host)) expect(shareOf(host)).toBeLessThan(2 * region)
      }
      expect(allowed).not.toContain(publisher)
      expect(most).toBeLessThanOrEqual(allowed.size)
    }
    expect(new Set(bounds.map(({ allowed }) => allowed.size)).size).toBeGreaterThan(1)
  })

  it('SIM-K2: refuse a copy that is missing, one outside the region, and one too many', () => {
    const { needed, allowed } = bounds[0]!
    expect(misplacement(needed, bounds[0]!)).toBeUndefined()
    expect(misplacement([...allowed], bounds[0]!)).toBeUndefined()
    expect(misplacement(needed.slice(1), bounds[0]!)).toBe('1 copies, not at all of the 2 nearest')
    const outside = others.find((host) => !allowed.has(host))!
    const roomy = { ...bounds[0]!, most: 9 }
    expect(misplacement([...needed, outside], roomy)).toBe('3 copies, 1 of them outside the region')
    const full = { ...bounds[0]!, most: 2 }
    expect(misplacement([...needed, outside], full)).toBe('3 copies instead of 2 at most')
  })
})

describe('where nodes are late', PATIENT, () => {
  it.each([1, 2])('SIM-K2: copies are where a round writes, seed %i', (seed) => {
    expect(violated(seed, { k: K })).toEqual([])
  })

  it.each([9, 10, 15])('SIM-K4: items are where a round writes, seed %i', (seed) => {
    expect(violated(seed, { k: K, network: mainline })).toEqual([])
  })
})

function violated(seed: number, core: CoreOptions): readonly string[] {
  const world = new World({ seed, network, core })
  world.grow(14)
  const found = exactnessViolations(world, K, Chance.of(seed))
  return found.map(({ property, seen }) => `${property}: ${seen}`)
}
