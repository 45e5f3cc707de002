// A world grown by joins is one network, and the same seed gives the same run.

import { closest, randomId } from '@dht/id'
import { World } from '@dht/sim'
import { describe, expect, it } from 'vitest'

describe('a grown world', () => {
  const world = new World({ seed: 7 })
  const hosts = world.grow(100)

  it('finds the nodes nearest to a target', () => {
    const target = randomId(32, world.chance.branch('test').source)
    const nearest = closest(
      hosts.map((host) => host.node),
      target,
      8,
    )
    const found = world.closest(hosts[42] ?? hosts[0]!, target).closest
    expect(found.map(({ id }) => id)).toEqual(nearest.map(({ id }) => id))
  })
})
