// What attackers with parameters send: to stores, to strangers, and in the name of others.

import { commonPrefixLength, idKey, idView, isSecureId } from '@dht/id'
import {
  addressBytes,
  type Contact,
  contactsFromCompact,
  decodeMessage,
  dht256,
  type Endpoint,
  endpointFromCompact,
  formatEndpoint,
  mainline,
  subnetOf,
} from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { attackEndpoints } from '../../../src/adversaries/attack-addresses.ts'
import { forger } from '../../../src/adversaries/forger.ts'
import { idSharing, occupier } from '../../../src/adversaries/occupier.ts'
import { isStranger, type PointerOptions, pointer } from '../../../src/adversaries/pointer.ts'
import { poisoner } from '../../../src/adversaries/poisoner.ts'
import { reflectedQueries, reflector } from '../../../src/adversaries/reflector.ts'
import { storeFiller } from '../../../src/adversaries/store-filler.ts'
import type { Host } from '../../../src/host/host.ts'
import type { Process } from '../../../src/host/process.ts'
import { LATENCIES } from '../../../src/network/latency/latencies.ts'
import { addAttacker } from '../../../src/scenarios/attack-world.ts'
import { World } from '../../../src/world.ts'
import type { Packet } from '../../../src/world-event.ts'
import { AdversaryWorld, TARGET } from '../../support/adversary-world.ts'

/** What the test of a pointer calls. */
interface Pointer extends Process {
  readonly contact: Contact
  respond(query: object): Uint8Array
}

/** Generous, because the machine may be busy. */
const PATIENT = { timeout: 60_000 }

function smallWorld(honest = 6): { readonly world: World; readonly hosts: readonly Host[] } {
  const world = new World({ network: { latency: LATENCIES.uniform }, core: { maxKeys: 40 } })
  return { world, hosts: world.grow(honest) }
}

/** Stored peers of a node as `target address`, with how many ports each has. */
function storedAt({ core, now }: Host): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { target, peer } of core?.inspect(now).store.peers ?? []) {
    const name = `${idKey(idView(target))} ${endpointFromCompact(peer)?.address}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

/** Packets that a host receives while time passes. */
function receivedBy(world: World, host: Host, ms: number): Packet[] {
  const packets: Packet[] = []
  const end = world.watch((event) => {
    if (event.kind === 'received' && event.host === host.number) packets.push(event.packet)
  })
  world.advance(ms)
  end()
  return packets
}

describe('attack addresses', () => {
  it.each([4, 6] as const)('over IPv%d are distinct, in so many subnets', (family) => {
    const all = attackEndpoints({ family, addresses: 60, subnets: 7, firstSubnet: 300 })
    expect(new Set(all.map(formatEndpoint)).size).toBe(60)
    expect(new Set(all.map(subnetOf)).size).toBe(7)
    const others = attackEndpoints({ family, addresses: 60, subnets: 7, firstSubnet: 307 })
    expect(others.map(subnetOf).some((each) => all.map(subnetOf).includes(each))).toBe(false)
  })
})

describe('poisoner', PATIENT, () => {
  it('announces so many endpoints of each address under the keys, at all nodes near', () => {
    const { world, hosts } = smallWorld()
    const adversary = poisoner({ keys: [TARGET], peersPerAddress: 3 })
    const endpoints = attackEndpoints({ addresses: 4, subnets: 2 })
    for (const at of endpoints) addAttacker(world, adversary, at)
    world.advance(30_000)
    const wanted = new Map(endpoints.map(({ address }) => [`${idKey(TARGET)} ${address}`, 3]))
    for (const host of hosts) expect(new Map([...storedAt(host)].sort())).toEqual(wanted)
    expect(hosts[0]?.core?.info(0).overlays[0]?.contacts.good).toBe(5)
  })

  it('announces at the nearest nodes only, and again in each round', () => {
    const { world, hosts } = smallWorld()
    addAttacker(world, poisoner({ keys: [TARGET], reach: 2, everyMs: 20_000 }))
    world.advance(15_000)
    const holders = hosts.filter((host) => storedAt(host).size > 0)
    const bits = ({ node }: Host): number => commonPrefixLength(node.id, TARGET)
    expect(holders).toHaveLength(2)
    const others = hosts.filter((host) => !holders.includes(host))
    expect(Math.min(...holders.map(bits))).toBeGreaterThanOrEqual(Math.max(...others.map(bits)))
    const stamp = (host: Host): number => {
      return host.core?.inspect(host.now).store.peers[0]?.stampedAt ?? 0
    }
    const before = holders.map(stamp)
    world.advance(20_000)
    expect(holders.map(stamp).every((at, i) => at > (before[i] as number))).toBe(true)
  })
})

describe('store-filler', PATIENT, () => {
  it('fills all stores as far as they let it, and renews', () => {
    const { world, hosts } = smallWorld()
    const at = attackEndpoints({ addresses: 2, subnets: 2 })
    for (const each of at) addAttacker(world, storeFiller({ perSecond: 10, renewMs: 60_000 }), each)
    world.advance(30_000)
    const keys = hosts.map((host) => host.core?.info(host.now).store.keys ?? 0)
    // A subnet may have an eighth of what others leave of 40.
    expect(Math.min(...keys)).toBeGreaterThanOrEqual(8)
    world.advance(90_000)
    const oldest = hosts.map((host) => {
      return Math.min(...(host.core?.inspect(host.now).store.peers ?? []).map((p) => p.stampedAt))
    })
    expect(Math.min(...oldest)).toBeGreaterThan(world.now - 90_000)
  })

  it('asks one key at a time of a node that refuses', () => {
    const { world, hosts } = smallWorld()
    const attacker = addAttacker(world, storeFiller({ perSecond: 10 }))
    world.advance(60_000)
    const asked = receivedBy(world, hosts[0] as Host, 20_000).filter(
      ({ sender }) => sender === attacker.number,
    )
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.length).toBeLessThan(10)
  })
})

describe('pointer', PATIENT, () => {
  function named(strangers: NonNullable<PointerOptions['strangers']>): Contact[] {
    const scene = new AdversaryWorld(pointer({ strangers }), { forMs: 30_000 })
    return (['find_node', 'get_peers'] as const).flatMap((method) => {
      const message = scene.ask(method)?.message
      const nodes = message?.kind === 'response' ? message.nodes : undefined
      const contacts = contactsFromCompact(nodes ?? new Uint8Array(0), 32, 4)
      expect(contacts).toHaveLength(20)
      expect(contacts.some((each) => scene.exists(each.endpoint))).toBe(false)
      return contacts
    })
  }

  it.each([
    ['one', 1, 1],
    ['ports', 1, 40],
    ['own', 40, 40],
  ] as const)('names strangers: %s', (strangers, addresses, endpoints) => {
    const all = named(strangers)
    expect(all.every(({ id }) => commonPrefixLength(id, TARGET) >= 40)).toBe(true)
    expect(all.every((each) => isStranger(each.endpoint))).toBe(true)
    expect(new Set(all.map(({ endpoint }) => endpoint.address)).size).toBe(addresses)
    // Two random ports are seldom the same.
    expect(new Set(all.map(({ endpointKey }) => endpointKey)).size).toBeGreaterThan(endpoints - 3)
    expect(new Set(all.map(({ id }) => idKey(id))).size).toBe(40)
  })
})

describe('pointer in Mainline', PATIENT, () => {
  it('has an id that its address allows, and names strangers with such ids', () => {
    const world = new World({ core: { network: mainline } })
    const bytesOf = ({ address }: Endpoint): Uint8Array => addressBytes(address) as Uint8Array
    const attacker = addAttacker(world, pointer({ strangers: 'allowed' }))
    const { contact, respond } = attacker.process as Pointer
    expect(isSecureId(contact.id, bytesOf(attacker.endpoint))).toBe(true)
    const target = idView(new Uint8Array(20).fill(5))
    const query = { kind: 'query', transactionId: Uint8Array.of(1), id: target } as const
    const reply = respond.call(attacker.process, { ...query, method: 'find_node', target })
    const message = decodeMessage(reply, mainline)
    const nodes = message.kind === 'response' ? message.nodes : undefined
    const all = contactsFromCompact(nodes ?? new Uint8Array(0), 20, 4)
    expect(all).toHaveLength(20)
    expect(new Set(all.map(({ endpoint }) => endpoint.address)).size).toBe(20)
    for (const { id, endpoint } of all) {
      expect(isSecureId(id, bytesOf(endpoint))).toBe(true)
      expect(isStranger(endpoint)).toBe(true)
    }
    const shared = all.map(({ id }) => commonPrefixLength(id, target))
    expect(Math.min(...shared)).toBeGreaterThanOrEqual(4)
  })
})

describe('forger', PATIENT, () => {
  it('sends queries with the id and the endpoint of the victim to those that it knows', () => {
    const { world, hosts } = smallWorld()
    const [victim, other] = hosts as [Host, Host]
    addAttacker(world, forger({ victim, perSecond: 50, burstMs: 200 }))
    const forged = receivedBy(world, other, 10_000).filter(({ sender }) => sender === undefined)
    expect(forged).toHaveLength(500)
    for (const { from, bytes } of forged) {
      expect(from).toEqual(victim.endpoint)
      const message = decodeMessage(bytes, world.protocol)
      expect(message).toMatchObject({ kind: 'query', method: 'find_node', id: victim.node.id })
    }
    const toVictim = receivedBy(world, victim, 10_000).filter(({ sender }) => sender === undefined)
    expect(toVictim).toEqual([])
  })
})

describe('reflector', PATIENT, () => {
  it('sends its queries from all sources in turn, at an even pace', () => {
    const { world, hosts } = smallWorld(2)
    const [victim] = hosts as [Host]
    const sources = attackEndpoints({ addresses: 3, subnets: 3 })
    const queries = reflectedQueries(dht256, { key: TARGET, item: undefined }).slice(0, 2)
    addAttacker(world, reflector({ victim, sources, perMinute: 120, queries }))
    const packets = receivedBy(world, victim, 60_000).filter(({ sender }) => sender === undefined)
    expect(packets).toHaveLength(120)
    const counts = sources.map(({ address }) => {
      return packets.filter(({ from }) => from.address === address).length
    })
    expect(counts).toEqual([40, 40, 40])
  })

  it.each([dht256, mainline])('knows short queries of $name, of all kinds', (network) => {
    const { idLength } = network
    const key = idView(new Uint8Array(idLength).fill(3))
    const chance = new World().chance
    const all = reflectedQueries(network, { key, item: key })
    const kinds = all.map(({ bytes }) => decodeMessage(bytes(chance), network))
    const methods = kinds.map((each) => (each.kind === 'query' ? each.method : each.kind))
    const known = network.methods.names.filter((each) => !/announce|put|withdraw/.test(each))
    expect(new Set(methods)).toEqual(new Set([...known, 'malformed']))
    const longest = Math.max(...all.map(({ bytes }) => bytes(chance).length))
    expect(longest).toBeLessThan(3 * idLength + 80)
  })

  it('leaves out items where none is known', () => {
    const all = reflectedQueries(mainline, { key: TARGET, item: undefined })
    expect(all.some(({ name }) => name.startsWith('get of'))).toBe(false)
  })
})

describe('occupier', PATIENT, () => {
  it('takes ids that share exactly so many bits with the victim', () => {
    const { chance } = new World()
    for (let bits = 0; bits < 256; bits++) {
      const id = idSharing(TARGET, bits, chance)
      expect(commonPrefixLength(id, TARGET)).toBe(bits)
      expect(idSharing(TARGET, bits, chance)).not.toEqual(bits < 250 ? id : undefined)
    }
  })

  interface Occupied {
    readonly world: World
    readonly victim: Host
    readonly attackers: readonly Host[]
  }

  type Options = Omit<Parameters<typeof occupier>[0], 'victim' | 'levels'>

  function occupied(options: Options, forMs: number): Occupied {
    const { world, hosts } = smallWorld()
    const [victim] = hosts as [Host]
    const adversary = occupier({ victim, levels: [4, 9], everyMs: 5_000, ...options })
    const endpoints = attackEndpoints({ addresses: 6, subnets: 6 })
    const attackers = endpoints.map((at) => addAttacker(world, adversary, at))
    world.advance(forMs)
    return { world, victim, attackers }
  }

  /** Good members at endpoints of attackers, by the number of bits that they share. */
  function membersOf({ victim, attackers }: Occupied): Map<number, Contact[]> {
    const counts = new Map<number, Contact[]>()
    const { overlays } = victim.core!.inspect(victim.now)
    for (const { members } of overlays.flatMap(({ buckets }) => buckets)) {
      for (const { contact, standing } of members) {
        if (!attackers.some(({ endpoint }) => endpoint.address === contact.endpoint.address))
          continue
        const shared = commonPrefixLength(contact.id, victim.node.id)
        if (standing !== 'bad') counts.set(shared, [...(counts.get(shared) ?? []), contact])
      }
    }
    return counts
  }

  function sizes(scene: Occupied): unknown[] {
    return [...membersOf(scene)].sort(([a], [b]) => a - b).map(([bits, all]) => [bits, all.length])
  }

  it('becomes a member in all chosen buckets, and is found near the victim', () => {
    const scene = occupied({}, 60_000)
    expect(sizes(scene)).toEqual([
      [4, 3],
      [9, 3],
    ])
    const isAttacker = ({ endpoint }: Contact): boolean => {
      return scene.attackers.some((each) => each.endpoint.address === endpoint.address)
    }
    const named = scene.world.closest(scene.victim, scene.victim.node.id).closest
    expect(named.filter(isAttacker).length).toBeGreaterThan(4)
  })

  it('is known by others too if it is public, and names honest nodes to them', () => {
    const { world, attackers } = occupied({ isPublic: true }, 120_000)
    const [, other] = world.honest as [Host, Host]
    const addresses = new Set(attackers.map(({ endpoint }) => endpoint.address))
    const known = other.core?.state().contacts ?? []
    expect(known.filter(({ endpoint }) => addresses.has(endpoint.address)).length).toBeGreaterThan(
      3,
    )
    expect(world.closest(other, TARGET).closest.length).toBe(8)
  })

  it('takes new ids of the same levels after a life', () => {
    const scene = occupied({ lifeMs: 120_000 }, 100_000)
    const ids = [...membersOf(scene).values()].flat().map(({ key }) => key)
    scene.world.advance(200_000)
    const later = [...membersOf(scene).values()].flat().map(({ key }) => key)
    expect(later.length).toBeGreaterThan(2)
    expect(later.some((key) => ids.includes(key))).toBe(false)
    expect(sizes(scene).length).toBe(2)
  })

  it('falls silent if it is told to', () => {
    const scene = occupied({ silent: 1 }, 120_000)
    expect([...membersOf(scene).values()].flat()).toHaveLength(6)
    scene.world.advance(3_600_000)
    expect([...membersOf(scene).values()].flat()).toHaveLength(0)
  })
})
