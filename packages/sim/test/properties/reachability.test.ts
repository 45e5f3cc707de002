// Which nodes turn read-only by themselves (BEP 43) in a network in which nobody looks anything up:
// those that others cannot reach, and no other. The gateways of the world decide who is reached.

import { randomId } from '@dht/id'
import type { GatewayKind, Host } from '@dht/sim'
import { planeLatency, World } from '@dht/sim'
import { describe, expect, it } from 'vitest'

const MINUTE_MS = 60_000
const LOOKUPS = 8
const PATIENT = { timeout: 120_000 }
const network = { latency: planeLatency({ acrossMs: 80, jitterMs: 10 }) }
const KINDS: readonly GatewayKind[] = ['firewall', 'symmetric']

/** When each host was seen read-only, minutes after the start. */
function readOnlyMinutes(world: World, minutes: number): Map<Host, number[]> {
  const seen = new Map<Host, number[]>(world.honest.map((host) => [host, []]))
  for (let minute = 1; minute <= minutes; minute++) {
    world.advance(MINUTE_MS)
    for (const host of world.honest) {
      const [overlay] = host.node.core.info(host.now).overlays
      if (overlay?.isReadOnly === true) seen.get(host)?.push(minute)
    }
  }
  return seen
}

describe('an idle network', PATIENT, () => {
  // Nodes that start within seconds are all silent for a quarter of an hour, then all query.
  it.each([
    [10, 100],
    [30, 20_000],
    [45, 100],
    [80, 100],
  ])('SELF-6: none of %i reachable nodes turns, one started every %i ms', (count, everyMs) => {
    const world = new World({ seed: count, network, encoded: false })
    world.grow(count, { everyMs })
    const turned = [...readOnlyMinutes(world, 120).values()].filter((at) => at.length > 0)
    expect(turned).toEqual([])
  })

  it.each(KINDS)('SELF-6: nodes behind gateways turn, and no other: %s', (kind) => {
    const world = new World({ seed: kind, network, encoded: false })
    const reachable = world.grow(70)
    const others = world.grow(12, { host: { gateway: { kind } } })
    // They know enough contacts once they have looked a few ids up.
    const random = (length: number): Uint8Array => world.chance.bytes(length)
    for (const host of others) {
      for (let n = 0; n < LOOKUPS; n++) world.closest(host, randomId(32, random))
    }
    const seen = readOnlyMinutes(world, 70)
    expect(reachable.filter((host) => seen.get(host)?.length)).toEqual([])
    for (const host of others) {
      const minutes = seen.get(host) as number[]
      expect(minutes[0]).toBeLessThan(35)
      expect(minutes).toContain(70)
    }
  })
})
