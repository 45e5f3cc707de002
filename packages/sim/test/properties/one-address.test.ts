// Networks in which most nodes share one public address: the limits that keep one host out of most
// places of a table must not keep these nodes apart.

import { dht256, endpoint, mainline } from '@dht/krpc'
import { type Host, Oracle, World } from '@dht/sim'
import { describe, expect, it } from 'vitest'

const MINUTE_MS = 60_000
const PATIENT = { timeout: 120_000 }

/** A world of `alone` nodes with an address each, and `together` nodes with one for all. */
function worldOf(network: typeof mainline, alone: number, together: number) {
  const world = new World({ seed: `${alone} ${together}`, core: { network }, encoded: false })
  const others = world.grow(alone)
  const inside = Array.from({ length: together }, (_, n) => {
    const [host] = world.grow(1, { host: { ipv4: endpoint('198.51.100.7', 20_000 + n) } })
    return host as Host
  })
  world.advance(10 * MINUTE_MS)
  return { world, others, inside }
}

/** Each publishes an identity. @returns the share of lookups by all that find it */
function foundShare(world: World, publishers: readonly Host[], network: typeof mainline): number {
  const oracle = new Oracle(world)
  const chance = world.chance.branch('one-address')
  const announced = publishers.map((host) =>
    oracle.announcements.announce(host, oracle.anyId(chance, network.idLength)),
  )
  world.advance(2 * MINUTE_MS)
  const found = announced.flatMap(({ key }) =>
    world.honest.map((host) => world.lookup(host, key).endpoints.length > 0),
  )
  return found.filter((isFound) => isFound).length / found.length
}

describe.each([dht256, mainline])('NET-70: in $name', PATIENT, (network) => {
  it('ten of twelve nodes behind one address are found, and find', () => {
    const { world } = worldOf(network, 2, 10)
    expect(foundShare(world, world.honest, network)).toBe(1)
  })

  it('ten of fifty nodes behind one address are found, and find', () => {
    const { world, inside } = worldOf(network, 40, 10)
    expect(foundShare(world, inside, network)).toBe(1)
  })
})
