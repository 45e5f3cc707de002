// Worlds in which ids follow addresses, in Mainline and in a network whose rule is mandatory: nodes
// start with random ids and have valid ones once they have joined, and lookups stay exact. The
// oracles are the rules, which have vectors, and the list of all live nodes.

import { bep42Ids, hashedIds, type Id, randomId, type SecureIds } from '@dht/id'
import {
  addressBytes,
  decodeMessage,
  dht256,
  type Endpoint,
  encodeMessage,
  endpoint,
  type Family,
  mainline,
  type Network,
  type Response,
} from '@dht/krpc'
import { NodeCore } from '@dht/node/core'
import { describe, expect, it } from 'vitest'
import { CoreProcess } from '../../src/host/core-process.ts'
import type { Socket } from '../../src/host/process.ts'
import { type Host, type HostOptions, LATENCIES, Oracle, World } from '../../src/index.ts'

const MINUTE = 60_000
const PATIENT = { timeout: 120_000 }
/** Votes of three subnets are needed, so the first nodes wait for the fourth. */
const FEW = 3

const isValidAt = ({ node }: Host, address: string, rule = bep42Ids): boolean =>
  rule.allows(node.id, addressBytes(address)!)

/** Of a node that is honest, except that it names every querier at the same wrong address. */
class LyingSocket implements Socket {
  readonly #host: Host
  readonly #lie: Endpoint

  constructor(host: Host, lie: Endpoint) {
    this.#host = host
    this.#lie = lie
  }

  local(family: Family): Endpoint | undefined {
    return this.#host.local(family)
  }

  get now(): number {
    return this.#host.now
  }

  send(content: Parameters<Socket['send']>[0], to: Endpoint): void {
    const { bytes } = content as { bytes?: Uint8Array }
    const message = decodeMessage(bytes ?? (content as Uint8Array), mainline)
    if (message.kind !== 'response') this.#host.send(content, to)
    else {
      const lie = { ...(message as Response), ip: this.#lie }
      this.#host.send(encodeMessage(lie as never, mainline, 1_400).slice(), to)
    }
  }
}

class SecureWorld {
  readonly world: World
  readonly #starts = new Map<Host, Id>()
  readonly #rule: SecureIds
  /** For each node that has joined: whether its id was valid then, and whether it was before. */
  readonly joined: { readonly host: Host; readonly isValid: boolean }[] = []

  constructor(seed: number, protocol: Network = mainline) {
    const network = { latency: LATENCIES.clustered }
    this.world = new World({ seed, network, core: { network: protocol } })
    this.#rule = protocol.secureIds as SecureIds
  }

  /** The first nodes of a network, with ids that fit the addresses of their hosts. */
  found(count: number): Host[] {
    const chance = this.world.chance.branch('founders')
    const hosts = Array.from({ length: count }, () => this.world.addHost())
    return hosts.map((host) => {
      const address = addressBytes(host.endpoint.address)!
      const length = this.world.protocol.idLength
      const id = this.#rule.draw({ address, length, random: chance.source })
      host.disk.save({ ids: { 4: id, 6: id }, contacts: [], announcements: [] })
      host.start({ bootstrap: hosts.filter((each) => each !== host).map((each) => each.endpoint) })
      return host
    })
  }

  /** Adds nodes, each through one node that runs already. */
  grow(count: number, options: HostOptions = {}): Host[] {
    return Array.from({ length: count }, () => {
      const through = this.world.someEndpoints(1, this.world.chance.branch('through'))
      return this.add(through, options)
    })
  }

  add(bootstrap: readonly Endpoint[], options: HostOptions = {}): Host {
    const host = this.world.addHost(options)
    this.#starts.set(host, host.start({ bootstrap }).id)
    host.request(
      { kind: 'join' },
      { settled: () => void this.joined.push({ host, isValid: this.isValid(host) }) },
    )
    this.world.advance(2_000)
    return host
  }

  isValid(host: Host): boolean {
    return isValidAt(host, host.gateway?.address ?? host.endpoint.address, this.#rule)
  }

  hasChanged(host: Host): boolean {
    return this.#starts.get(host) !== host.node.id
  }

  /** How many lookups of random targets, one by each node, end at exactly the nearest nodes. */
  exactLookups(): number {
    const { world } = this
    const oracle = new Oracle(world)
    const chance = world.chance.branch('targets')
    for (const host of world.honest)
      oracle.log.closest(host, randomId(world.protocol.idLength, chance.source))
    world.advance(2 * MINUTE)
    return oracle.log.measures.filter(({ exact }) => exact).length
  }
}

describe('ID-24: at public addresses', PATIENT, () => {
  it.each([1, 2])('nodes have valid ids after their first join (seed %i)', (seed) => {
    const nodes = 50
    const secure = new SecureWorld(seed)
    const hosts = secure.grow(nodes)
    expect(secure.joined).toHaveLength(nodes)
    const isLate = ({ isValid }: { isValid: boolean }): boolean => !isValid
    expect(secure.joined.filter(isLate).length).toBeLessThanOrEqual(FEW)
    secure.world.advance(MINUTE)
    expect(hosts.filter((host) => !secure.isValid(host))).toEqual([])
    // Random ids are valid once in 2^18 times.
    expect(hosts.filter((host) => !secure.hasChanged(host))).toEqual([])
    // SEARCH-8: the tables are as good as they get after two rounds of refresh.
    secure.world.advance(35 * MINUTE)
    expect(secure.exactLookups()).toBe(nodes)
    const ids = hosts.map(({ node }) => node.id)
    const again = hosts[7]!
    again.close()
    again.start({ bootstrap: secure.world.someEndpoints(1, secure.world.chance) })
    secure.world.advance(20 * MINUTE)
    // A saved id that fits is kept, and no id changes without a reason.
    expect(hosts.map(({ node }) => node.id)).toEqual(ids)
  })
})

it(
  'ID-24: where the rule is mandatory, nodes become members once their ids follow it',
  PATIENT,
  () => {
    const secure = new SecureWorld(5, { ...dht256, secureIds: hashedIds })
    const founders = secure.found(3)
    const others = secure.grow(30)
    secure.world.advance(MINUTE)
    expect([...founders, ...others].filter((host) => !secure.isValid(host))).toEqual([])
    expect(others.every((host) => secure.hasChanged(host))).toBe(true)
    secure.world.advance(35 * MINUTE)
    expect(secure.exactLookups()).toBe(33)
  },
)

it('ID-24: nodes behind one gateway have ids that are valid for its address', PATIENT, () => {
  const secure = new SecureWorld(3)
  const open = secure.grow(12)
  const [first] = secure.grow(1, { gateway: { kind: 'full-cone' } })
  const { gateway } = first!
  const inside = [first!, ...secure.grow(3, { gateway: gateway! })]
  secure.world.advance(MINUTE)
  expect([...open, ...inside].filter((host) => !secure.isValid(host))).toEqual([])
  expect(inside.every((host) => isValidAt(host, gateway!.address!))).toBe(true)
  // Below a gateway they have addresses that allow any id.
  expect(inside.every((host) => secure.hasChanged(host))).toBe(true)
})

it('ID-23: one liar that everybody joins through changes nobody’s id', PATIENT, () => {
  const secure = new SecureWorld(4)
  const { world } = secure
  const liar = world.addHost()
  const lie = endpoint('203.0.113.77', 6881)
  const init = { id: randomId(20, world.chance.source), random: world.chance.source }
  liar.run(
    new CoreProcess(new NodeCore(init, { network: mainline }), new LyingSocket(liar, lie), true),
  )
  const first = secure.add([liar.endpoint])
  // While it knows the liar alone it believes it, but does not change its id for that.
  expect(first.node.core.info(first.now).overlays[0]?.externalAddress).toBe(lie.address)
  expect(secure.hasChanged(first)).toBe(false)
  let wasFooled = false
  world.watch(() => {
    wasFooled ||= world.honest.some((host) => isValidAt(host, lie.address))
  })
  const honest = [first, ...Array.from({ length: 20 }, () => secure.add([liar.endpoint]))]
  world.advance(20 * MINUTE)
  expect(wasFooled).toBe(false)
  expect(honest.filter((host) => !secure.isValid(host))).toEqual([])
})
