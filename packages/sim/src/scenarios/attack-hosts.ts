// Puts the attackers of one row into a world: identities around a key, in chosen subnets, and
// attackers at random places.

import { bep42Ids, closest, type Id, type SecureIds } from '@dht/id'
import { type Endpoint, endpoint } from '@dht/krpc'
import { answering, isQuick } from '../adversaries/attack-answers.ts'
import type { AttackGroup } from '../adversaries/attack-group.ts'
import { eclipse } from '../adversaries/eclipse.ts'
import { allowedIds, nearestIds, type Placed, spreadIds } from '../adversaries/ground-ids.ts'
import type { Chance } from '../chance.ts'
import type { HostOptions } from '../host/host-options.ts'
import {
  CHOSEN_ADDRESSES,
  CHOSEN_SUBNETS,
  type SubnetPlace,
  subnetEndpoint,
} from '../network/host-addresses.ts'
import { quickPlace } from '../network/latency/quick-hosts.ts'
import type { World } from '../world.ts'
import type { AttackParameters } from './attack-table.ts'

/** Spread ids are as far from the key as this honest node, counted from the nearest. */
const SPREAD_TO = 8
/** First port of attackers that share an address. */
const FIRST_PORT = 20_000

export interface AttackHosts {
  readonly world: World
  readonly group: AttackGroup
  readonly parameters: AttackParameters
  readonly chance: Chance
}

/** Adds the identities around a key. They know the present honest nodes, as a crawler does. */
export function surround(hosts: AttackHosts, key: Id): void {
  const { world, group, parameters, chance } = hosts
  const { identities = 0, silent = 0, isSleeper = false } = parameters
  const [talking, quiet] = [eclipse({ isSleeper }), eclipse({ isSleeper, isSilent: true })]
  for (const [i, { id, endpoint }] of identitiesOf(hosts, key).entries()) {
    const host = world.addHost({ ipv4: endpoint })
    // Evenly among the nearest and the farthest.
    const isQuiet = Math.floor((i + 1) * silent) > Math.floor(i * silent)
    const init = { host, world, group, id, chance: chance.branch('identity', i) }
    host.run((isQuiet ? quiet : talking)(init))
  }
  if (identities > 0) for (const { node, endpoint } of world.honest) group.meet(node.id, endpoint)
}

function identitiesOf({ world, parameters, chance }: AttackHosts, key: Id): Placed[] {
  const { identities = 0, ids = 'nearest' } = parameters
  const port = world.protocol.defaultPort
  if (ids === 'allowed') {
    const rule = world.protocol.secureIds ?? bep42Ids
    return allowedIdentities(parameters, key, { rule, port, chance })
  }
  const endpoints = endpointsOf(parameters, port, chance).slice(0, identities)
  if (ids === 'nearest') return nearestIds(key, endpoints, chance)
  const honest = world.honest.map(({ node }) => node)
  const farthest = closest(honest, key, SPREAD_TO).at(-1)?.id ?? key
  return spreadIds({ key, farthest }, endpoints, chance)
}

/** All endpoints that the attacker has, at least one for each identity, by turns in each subnet. */
function endpointsOf(parameters: AttackParameters, port: number, chance: Chance): Endpoint[] {
  const { identities = 0, subnets: count = 1 } = parameters
  const needed = Math.min(CHOSEN_ADDRESSES, Math.ceil(identities / count))
  const { addresses = needed } = parameters
  const subnets = drawnSubnets(count, chance)
  const places = Array.from({ length: addresses }, (_, address) => {
    return subnets.map((subnet) => ({ subnet, address }))
  }).flat()
  return withPorts(places, identities, port)
}

/**
 * Identities at the addresses that allow the nearest ids. The attacker has all addresses of its
 * subnets to choose from, and uses as many of each as the parameters say.
 */
function allowedIdentities(
  parameters: AttackParameters,
  key: Id,
  { rule, port, chance }: Readonly<{ rule: SecureIds; port: number; chance: Chance }>,
): Placed[] {
  const { identities: count = 0, subnets = 1, addresses = CHOSEN_ADDRESSES } = parameters
  const used = drawnSubnets(subnets, chance).flatMap((subnet) => {
    const all = Array.from({ length: CHOSEN_ADDRESSES }, (_, address) => ({ subnet, address }))
    const endpoints = all.map((place) => subnetEndpoint(place, port))
    return allowedIds({ key, count: addresses, rule }, endpoints, chance).map(({ endpoint }) => {
      return all[endpoints.indexOf(endpoint)] as SubnetPlace
    })
  })
  return allowedIds({ key, count, rule }, withPorts(used, count, port), chance)
}

/** At least `count` endpoints: first one for each address, then further ports. */
function withPorts(places: readonly SubnetPlace[], count: number, port: number): Endpoint[] {
  const ports = Math.ceil(count / places.length)
  return Array.from({ length: ports }, (_, i) => {
    return places.map((place) => subnetEndpoint(place, i === 0 ? port : FIRST_PORT + i))
  }).flat()
}

/** An address anywhere, as those of nodes in a public network. No generated address is like it. */
export function drawnEndpoint(world: World, chance: Chance): Endpoint {
  for (;;) {
    const parts = [chance.between(11, 99), chance.below(256), chance.below(256)]
    const drawn = endpoint(
      `${parts.join('.')}.${chance.between(2, 254)}`,
      world.protocol.defaultPort,
    )
    if (world.network.find(drawn) === undefined) return drawn
  }
}

function drawnSubnets(count: number, chance: Chance): number[] {
  const drawn = new Set<number>()
  while (drawn.size < Math.min(count, CHOSEN_SUBNETS)) drawn.add(chance.below(CHOSEN_SUBNETS))
  return [...drawn]
}

/** Attackers at random places. */
export class ScatteredHosts {
  readonly #hosts: AttackHosts
  readonly #answer: string
  readonly #keys: readonly Id[]
  readonly #address: SubnetPlace
  #count = 0

  /** @param keys - that attackers with targeted ids are next to */
  constructor(hosts: AttackHosts, answer: string, keys: readonly Id[]) {
    this.#hosts = hosts
    this.#answer = answer
    this.#keys = keys
    this.#address = { subnet: hosts.chance.below(CHOSEN_SUBNETS), address: 0 }
  }

  /** Adds one attacker. */
  add(): void {
    const { world, group, parameters, chance } = this.#hosts
    const number = this.#count++
    const own = chance.branch('scattered', number)
    const host = world.addHost(this.#hostOptions(number, own))
    const aim = parameters.isTargeted === true ? this.#keys[number % this.#keys.length] : undefined
    const init = { host, world, group, chance: own }
    const { patienceMs } = parameters
    const options = {
      ...(aim !== undefined && { aim }),
      ...(patienceMs !== undefined && { patienceMs }),
    }
    host.run(answering(this.#answer, init, options))
  }

  #hostOptions(number: number, chance: Chance): HostOptions {
    const { world, parameters } = this.#hosts
    const isOneHost = parameters.isOneHost === true
    const port = FIRST_PORT + number
    return {
      ipv4: isOneHost ? subnetEndpoint(this.#address, port) : drawnEndpoint(world, chance),
      ...(isQuick(this.#answer) && { place: quickPlace(chance.unit()) }),
    }
  }
}
