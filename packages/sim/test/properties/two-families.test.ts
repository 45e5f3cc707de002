// Worlds in which nodes have an IPv4 address, an IPv6 address, or both (BEP 32), in both networks.

import { randomId } from '@dht/id'
import { dht256, mainline, type Network } from '@dht/krpc'
import { allInvariants, Chance, type Host, InvariantChecker } from '@dht/sim'
import { describe, expect, it } from 'vitest'
import { endpointsOf, familiesOf, type Kind, kindOf, TwoFamilies } from '../support/two-families.ts'

const PATIENT = { timeout: 120_000 }
const OF_EACH = 9
const K = 8
const MINUTE_MS = 60_000

function life(network: Network) {
  const families = new TwoFamilies(3, network)
  const { world, chance } = families
  const invariants = allInvariants(Chance.of('judges'))
  const checker = new InvariantChecker({ name: 'some steps', invariants, every: 10 })
  world.watch((event) => checker.afterEvent(world, event))
  families.grow(OF_EACH)
  const target = randomId(network.idLength, chance.source)
  const publishers = (['IPv4', 'IPv6', 'both'] as const).map((kind) => families.of(kind)[2]!)
  const entered = families.enter(publishers, target)
  return { families, checker, target, entered, publishers }
}

const lives = new Map<Network, ReturnType<typeof life>>()

function lifeIn(network: Network): ReturnType<typeof life> {
  const lived = lives.get(network) ?? life(network)
  lives.set(network, lived)
  return lived
}

const NETWORKS = [dht256, mainline] as const
const KINDS: readonly Kind[] = ['IPv4', 'IPv6', 'both']
const CASES = NETWORKS.flatMap((network) => KINDS.map((kind) => ({ kind, network })))

/** What a node of its families must find. */
const owed = (host: Host, entered: Readonly<Record<4 | 6, string[]>>): string[] =>
  familiesOf(host)
    .flatMap((family) => entered[family])
    .sort()

describe('nodes with one or both address families', PATIENT, () => {
  it.each(CASES)('SIM-N2: find all that is published in theirs, $kind, $network.name', (each) => {
    const { families, target, entered, publishers } = lifeIn(each.network)
    const readers = families.of(each.kind).filter((host) => !publishers.includes(host))
    expect(readers.length).toBe(OF_EACH - 1)
    for (const host of readers) {
      const found = endpointsOf(families.lookup(host, target))
      // Two endpoints in each family: of the node with both, and of the one with that only.
      expect(found).toHaveLength(each.kind === 'both' ? 4 : 2)
      expect(found).toEqual(owed(host, entered))
    }
  })

  it.each(CASES)('SIM-N2: find the nearest of each of theirs, $kind, $network.name', (each) => {
    const { families, target } = lifeIn(each.network)
    for (const host of families.of(each.kind)) {
      const found = families.world.closest(host, target).closest
      for (const family of familiesOf(host)) {
        const ofFamily = found.filter((contact) => contact.family === family)
        const nearest = families.nearest(target, family, K, host)
        expect(ofFamily.map(({ id }) => String(id))).toEqual(nearest)
      }
      expect(found).toHaveLength(K * familiesOf(host).length)
    }
  })

  it.each(NETWORKS)(
    'SIM-N2: learn the other family from the one they were told of, $name',
    (of) => {
      const { families, checker } = lifeIn(of)
      for (const host of families.of('both')) {
        const { overlays } = host.core!.info(host.now)
        expect(overlays.map(({ family }) => family)).toEqual([4, 6])
        for (const { contacts } of overlays) expect(contacts.good).toBeGreaterThanOrEqual(K)
        // Nobody told it of an endpoint of the other family: it learned these from replies.
        expect(overlays.map(({ bootstrap }) => bootstrap.queried > 0)).toContain(false)
      }
      for (const host of families.world.honest.filter((each) => kindOf(each) !== 'both')) {
        const [family] = familiesOf(host)
        expect(host.node.state().contacts.every((contact) => contact.family === family)).toBe(true)
      }
      expect(checker.violations).toEqual([])
    },
  )

  it.each(NETWORKS)('SIM-N2: come back from disk in both, $name', (network) => {
    const { families, target, entered, publishers } = lifeIn(network)
    const host = families.of('both').find((each) => !publishers.includes(each))!
    host.close()
    families.world.advance(MINUTE_MS)
    host.start()
    families.world.advance(MINUTE_MS)
    expect(endpointsOf(families.lookup(host, target))).toEqual(owed(host, entered))
  })
})
