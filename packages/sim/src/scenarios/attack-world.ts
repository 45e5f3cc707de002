// What the scenarios of attacks share: the networks in which they measure, how those grow, and the
// hosts on which attackers run.

import { type Id, randomId } from '@dht/id'
import { addressBytes, dht256, type Endpoint, mainline, type Network as Protocol } from '@dht/krpc'
import type { CoreOptions } from '@dht/node/core'
import type { Adversary } from '../adversaries/adversary.ts'
import type { Host } from '../host/host.ts'
import type { HostOptions } from '../host/host-options.ts'
import type { World } from '../world.ts'
import type { ScenarioRun } from './scenario-run.ts'

/** Text of the option that selects the network. */
export const NETWORK_HELP = '1: only BitTorrent, 0: only dht256; default: one after the other'

/** Time from the last join until all have joined and know one another, ms. */
const SETTLING_MS = 60_000
/** Time between two joins, ms. */
const PACE_MS = 100

/** The networks that the option `mainline` selects. */
export function protocolsOf({ settings }: ScenarioRun): readonly Protocol[] {
  const which = settings.extras['mainline']
  if (which === undefined) return [dht256, mainline]
  return which === 0 ? [dht256] : [mainline]
}

/** What a scenario does in one network, and which part of the whole that is, 0 to 1. */
export interface NetworkTrial {
  readonly protocol: Protocol
  readonly from: number
  readonly to: number
}

/** Runs one trial after the other, one for each network that the option `mainline` selects. */
export function runInEachNetwork(
  scenario: ScenarioRun,
  run: (scenario: ScenarioRun, trial: NetworkTrial) => void,
): void {
  const protocols = protocolsOf(scenario)
  for (const [i, protocol] of protocols.entries()) {
    run(scenario, { protocol, from: i / protocols.length, to: (i + 1) / protocols.length })
  }
}

export interface Grown {
  readonly protocol: Protocol
  readonly core?: CoreOptions
  readonly host?: HostOptions
  /** Which part of the whole scenario the growth is, 0 to 1. */
  readonly from: number
  readonly to: number
}

/** Adversaries among the nodes of a world. */
export interface Mixed {
  readonly adversary: Adversary
  /** Share among all nodes, 0 to 1. */
  readonly share: number
}

/**
 * A new world in which nodes join one after the other: honest ones, and adversaries in random
 * places among them. The first node is honest, so that others can join.
 */
export function grownWorld(scenario: ScenarioRun, options: Grown, mixed?: Mixed): World {
  const { protocol, core = {}, host = {}, from, to } = options
  const world = scenario.world({ core: { ...core, network: protocol } })
  const { nodes } = scenario.settings
  const chance = world.chance.branch('attack', 'growth')
  const others = Array.from({ length: nodes - 1 }, (_, i) => i + 1)
  const hostile = new Set(chance.sample(others, Math.round(nodes * (mixed?.share ?? 0))))
  const honest: Host[] = []
  for (let i = 0; i < nodes; i++) {
    scenario.progress(from + ((to - from) * i) / nodes, `${protocol.name}: the network grows`)
    if (mixed !== undefined && hostile.has(i)) addAttacker(world, mixed.adversary)
    else honest.push(addHonest(world, host, chance.sample(honest, 1)))
    world.advance(PACE_MS)
  }
  world.advance(SETTLING_MS)
  return world
}

/** An honest node that joins through others, in each address family that it has. */
function addHonest(world: World, options: HostOptions, through: readonly Host[]): Host {
  const host = world.addHost(options)
  saveSecureIds(host, world.protocol)
  host.start({ bootstrap: through.flatMap(endpointsOf) })
  return host
}

/**
 * Where ids follow addresses, gives a host ids that its addresses allow, as a node has that ran
 * before. Otherwise all nodes of the young network would change their ids, and all tables would
 * name the former ones.
 */
export function saveSecureIds(host: Host, { idLength, secureIds }: Protocol): void {
  if (secureIds === undefined) return
  const { source } = host.chance.branch('secure ids')
  const idOf = (family: 4 | 6): Id => {
    const address = addressBytes(host.local(family)?.address ?? '')
    if (address === undefined) return randomId(idLength, source)
    return secureIds.draw({ address, length: idLength, random: source })
  }
  host.disk.save({ ids: { 4: idOf(4), 6: idOf(6) }, contacts: [], announcements: [] })
}

function endpointsOf(host: Host): Endpoint[] {
  return ([4, 6] as const).flatMap((family) => host.local(family) ?? [])
}

/** Runs an adversary on a new host, at an endpoint of its own if one is given. */
export function addAttacker(world: World, adversary: Adversary, at?: Endpoint): Host {
  const host = world.addHost(at === undefined ? {} : endpointOptions(at))
  host.run(adversary.createProcess(host, world, { chance: host.chance.branch('enemy') }))
  return host
}

function endpointOptions(at: Endpoint): HostOptions {
  return at.family === 4 ? { ipv4: at } : { ipv4: false, ipv6: at }
}
