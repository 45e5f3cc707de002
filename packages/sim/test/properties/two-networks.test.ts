// Two networks on the same hosts. The oracles are the two lists of nodes, what was published in
// each network, and the states before and after each message of the other network.

import { closest, type Id } from '@dht/id'
import { dht256, mainline, type Network } from '@dht/krpc'
import { allInvariants, Chance, type Host, InvariantChecker } from '@dht/sim'
import { LiveWorld } from '@dht/sim/live'
import { describe, expect, it } from 'vitest'
import { OtherNetworkInvariant } from '../support/other-network-invariant.ts'
import { narrowTarget, TwoNetworks } from '../support/two-networks.ts'

const PATIENT = { timeout: 60_000 }
const MACHINES = 16
const PUBLISHERS = 3
const K = 8

/** One run, which all tests look at: both networks grow, publish and look up. */
function life(seed: number) {
  const two = new TwoNetworks(seed)
  const { world } = two
  const foreign = new OtherNetworkInvariant()
  const invariants = [...allInvariants(Chance.of('judges')), foreign]
  const checker = new InvariantChecker({ name: 'all', invariants })
  world.watch((event) => checker.afterEvent(world, event))
  two.grow(MACHINES)
  const target = two.wide[0]!.node.id
  const targets = new Map<Network, Id>([
    [dht256, target],
    [mainline, narrowTarget(target)],
  ])
  const some = two.chance.sample([...two.wide.keys()], 2 * PUBLISHERS)
  const pick = (hosts: readonly Host[], from: number): Host[] => {
    return some.slice(from, from + PUBLISHERS).map((i) => hosts[i]!)
  }
  // Different machines publish the same target in each network, with different ports.
  const entered = new Map([
    [dht256, two.enter(pick(two.wide, 0), target, 1_000)],
    [mainline, two.enter(pick(two.narrow, PUBLISHERS), narrowTarget(target), 2_000)],
  ])
  checker.atEnd(world)
  return { two, checker, foreign, targets, entered }
}

type Life = ReturnType<typeof life>
let lived: Life | undefined
const once = (): Life => {
  lived ??= life(1)
  return lived
}

const NETWORKS = [dht256, mainline] as const

describe('two networks on the same hosts', PATIENT, () => {
  it('SIM-I2: a message of one has no effect and no reply in the other', () => {
    const { two, checker, foreign } = once()
    expect(checker.violations).toEqual([])
    expect(checker.steps).toBeGreaterThan(3_000)
    expect(two.mistakes.strays).toBeGreaterThan(300)
    expect(two.mistakes.named).toBeGreaterThan(50)
    for (const { name } of NETWORKS) expect(foreign.received[name]).toBeGreaterThan(100)
  })

  it.each(NETWORKS)('SIM-I2: no table has a node of the other, $name', (network) => {
    const { two } = once()
    const hosts = two.world.hosts.filter(({ protocol }) => protocol === network)
    expect(hosts).toHaveLength(MACHINES)
    for (const host of hosts) {
      const known = host.node.state().contacts
      expect(known.length).toBeGreaterThanOrEqual(K)
      expect(known.filter((each) => !two.isOfNetwork(network, each.endpoint))).toEqual([])
      expect(known.filter(({ id }) => id.length !== network.idLength)).toEqual([])
    }
  })

  it.each(NETWORKS)('SIM-I2: lookups find what their own network has, $name', (network) => {
    const { two, targets, entered } = once()
    const target = targets.get(network)!
    const hosts = two.world.hosts.filter(({ protocol }) => protocol === network)
    for (const host of two.chance.sample(hosts, 8)) {
      expect(two.find(host, target)).toEqual(entered.get(network))
      const others = hosts.filter((each) => each !== host).map(({ node }) => node)
      const nearest = closest(others, target, K).map(({ id }) => String(id))
      const found = two.world.closest(host, target).closest.map(({ id }) => String(id))
      expect(found).toEqual(nearest)
    }
  })

  it.each(NETWORKS)('SIM-I2: a write token is worth nothing in the other, $name', (network) => {
    const { two, targets } = once()
    const [asker, holder] = two.world.hosts.filter(({ protocol }) => protocol === network) as [
      Host,
      Host,
    ]
    const twins = { asker: two.twinOf(asker), holder: two.twinOf(holder) }
    const target = targets.get(network)!
    const given = two.world.settle(
      asker,
      asker.request({ kind: 'find-value', to: holder.endpoint, target }),
    )
    if (given.kind !== 'answered' || given.answer.token === undefined) throw new Error('no token')
    const { token } = given.answer
    const write = (from: Host, to: Host, into: Id) => {
      const request = { kind: 'store', to: to.endpoint, target: into, port: 7, token } as const
      return two.world.settle(from, from.request(request))
    }
    const otherTarget = targets.get(twins.asker.protocol)!
    expect(write(twins.asker, twins.holder, otherTarget)).toMatchObject({
      kind: 'refused',
      code: 203,
    })
    expect(write(asker, holder, target)).toMatchObject({ kind: 'answered' })
  })

  it('SIM-I2: a query to a node of the other expires', () => {
    const { two } = once()
    for (const [from, to] of [
      [two.wide[3]!, two.narrow[4]!],
      [two.narrow[3]!, two.wide[4]!],
    ] as const) {
      const { endpoint } = to
      const outcome = two.world.settle(from, from.request({ kind: 'ping', to: endpoint }))
      expect(outcome).toEqual({ kind: 'failed', reason: 'timeout' })
    }
  })
})

describe('the state of a node', () => {
  it.each([
    ['dht256', dht256, mainline],
    ['Mainline', mainline, dht256],
  ] as const)('SIM-I2: of %s is not loaded by the other network', async (_name, one, other) => {
    const world = new LiveWorld({ seed: 5 })
    const host = world.addHost()
    const first = await world.createNode({ host, network: one })
    const { id } = first
    await world.run(() => first.close())
    const saved = host.disk.file
    await expect(world.createNode({ host, network: other })).rejects.toMatchObject({
      code: 'ERR_DHT_NODE_ARGUMENT',
      message: expect.stringContaining(one.name),
    })
    // The state is as it was, and its own network loads it.
    expect(host.disk.file).toEqual(saved)
    const again = await world.createNode({ host, network: one })
    expect(String(again.id)).toBe(String(id))
  })
})
