// A network whose nodes have an IPv4 address, an IPv6 address, or both. What a lookup must find is
// known from what was published, and which nodes are nearest from the list of all nodes.

import { closest, type Id } from '@dht/id'
import { type Endpoint, endpoint, type Family, formatEndpoint, type Network } from '@dht/krpc'
import type { LookupResult } from '@dht/node/core'
import { type Chance, type Host, LATENCIES, World } from '@dht/sim'

/** Time between two starts, ms. */
const PACE_MS = 2_000
/** Time until tables know their neighbours in both families, ms. */
const SETTLING_MS = 35 * 60_000
/** Longer than a lookup and the writes after it, ms. */
const ROUND_MS = 90_000
/** Nodes that a new node bootstraps from. */
const BOOTSTRAP_NODES = 3

export const FAMILIES = [4, 6] as const

export type Kind = 'IPv4' | 'IPv6' | 'both'

const KINDS: readonly Kind[] = ['both', 'IPv4', 'IPv6']

/** An id in one family, as it is in that family's tables. */
interface Named {
  readonly id: Id
  readonly host: Host
}

export class TwoFamilies {
  readonly world: World
  readonly chance: Chance

  constructor(seed: number, network: Network) {
    this.world = new World({ seed, network: { latency: LATENCIES.clustered }, core: { network } })
    this.chance = this.world.chance.branch('two families')
  }

  /** Adds so many nodes of each kind, in turn. */
  grow(ofEach: number): void {
    for (let i = 0; i < ofEach; i++) {
      for (const kind of KINDS) {
        this.#add(kind, i)
        this.world.advance(PACE_MS)
      }
    }
    this.world.advance(SETTLING_MS)
  }

  /** The running nodes of a kind. */
  of(kind: Kind): Host[] {
    return this.world.honest.filter((host) => kindOf(host) === kind)
  }

  /** Makes nodes publish a target. @returns what is to be found in each family */
  enter(publishers: readonly Host[], target: Id): Readonly<Record<Family, string[]>> {
    for (const host of publishers) {
      const { port } = host.endpoint
      host.request({ kind: 'enter', target, port }, { settled: () => {} })
    }
    this.world.advance(ROUND_MS)
    const ofFamily = (family: Family): string[] =>
      publishers
        .map((host) => host.local(family))
        .filter((at) => at !== undefined)
        .map(formatEndpoint)
    return { 4: ofFamily(4), 6: ofFamily(6) }
  }

  lookup(host: Host, target: Id): LookupResult {
    return this.world.lookup(host, target, 'all')
  }

  /** The ids of the `count` nodes of a family that are nearest to a target, without `except`. */
  nearest(target: Id, family: Family, count: number, except: Host): string[] {
    const named = this.world.honest.flatMap((host): Named[] => {
      const overlay = host.core?.info(host.now).overlays.find((each) => each.family === family)
      return overlay === undefined || host === except ? [] : [{ id: overlay.id, host }]
    })
    return closest(named, target, count).map(({ id }) => String(id))
  }

  /** Of nodes with both addresses one half is told of IPv4 addresses only, the other of IPv6. */
  #add(kind: Kind, nth: number): void {
    const host = this.world.addHost({ ipv4: kind !== 'IPv6', ipv6: kind !== 'IPv4' })
    const family = kind === 'IPv6' || (kind === 'both' && nth % 2 === 1) ? 6 : 4
    const known = this.world.honest
      .map((each) => each.local(family))
      .filter((at): at is Endpoint => at !== undefined)
    host.start({ bootstrap: this.chance.sample(known, BOOTSTRAP_NODES) })
  }
}

export function kindOf(host: Host): Kind {
  if (host.local(4) === undefined) return 'IPv6'
  return host.local(6) === undefined ? 'IPv4' : 'both'
}

export function familiesOf(host: Host): Family[] {
  return FAMILIES.filter((family) => host.local(family) !== undefined)
}

/** The endpoints of a result as text, in a fixed order. */
export function endpointsOf({ endpoints }: LookupResult): string[] {
  return endpoints.map(({ address, port }) => formatEndpoint(endpoint(address, port))).sort()
}
