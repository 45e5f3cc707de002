// The clients of a simulated Mainline: our own node, with the habits of other clients and the
// networks in which they run. Nobody counts these kinds in public today, so the shares are options.

import { type Endpoint, mainline, type Network as Protocol } from '@dht/krpc'
import type { CoreOptions } from '@dht/node/core'
import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import type { HostOptions } from '../host/host-options.ts'
import type { GatewayKind } from '../network/gateway.ts'
import type { World } from '../world.ts'

/** Shares of the nodes, 0 to 1, drawn independently of each other. */
export interface ClientShares {
  /** Clients with 8 contacts in every bucket, no pace, and nothing of BEP 42 and BEP 43. */
  readonly old: number
  /** Clients whose id their address does not allow (BEP 42), among those that are not old. */
  readonly wrongIds: number
  /** Clients behind a firewall or an address translation. */
  readonly translated: number
  /** Clients that are read-only (BEP 43), among those that are not old. */
  readonly readOnly: number
}

export interface Client {
  readonly host: Host
  /** Whether any node can query it: it has no gateway and is not read-only. */
  readonly isServer: boolean
  readonly isReadOnly: boolean
}

/** A pace that is never reached: old clients send as fast as they like. */
const NO_PACE = Object.freeze({ perSecond: 1_000_000, burst: 1_000_000 })
const WITHOUT_SECURE_IDS: Protocol = Object.freeze({ ...mainline, secureIds: undefined })
const OLD: Protocol = Object.freeze({ ...WITHOUT_SECURE_IDS, pace: NO_PACE })

/** How gateways filter: most home routers admit only endpoints that the inside has sent to. */
const GATEWAYS: readonly GatewayKind[] = [
  'port-restricted',
  'port-restricted',
  'port-restricted',
  'address-restricted',
  'full-cone',
  'symmetric',
  'firewall',
]

/** The first nodes have addresses of their own and valid ids: others learn their address there. */
const FIRST_NODES = 20
/** Nodes that a new node is told of, as by a list of routers or a saved table. */
const BOOTSTRAP_NODES = 3

export class MainlineClients {
  readonly all: Client[] = []
  readonly #servers: Endpoint[] = []
  readonly #world: World
  readonly #shares: ClientShares
  readonly #chance: Chance

  constructor(world: World, shares: ClientShares) {
    this.#world = world
    this.#shares = shares
    this.#chance = world.chance.branch('mainline', 'clients')
  }

  /** Adds a client, which joins through nodes that anybody can query. */
  add(): Client {
    const isFirst = this.all.length < FIRST_NODES
    const { core, isReadOnly } = isFirst ? { core: {}, isReadOnly: false } : this.#habits()
    const gateway = isFirst ? undefined : this.#gateway()
    const host = this.#world.addHost({ core, ...(gateway !== undefined && { gateway }) })
    host.start({ bootstrap: this.#chance.sample(this.#servers, BOOTSTRAP_NODES) })
    const client = { host, isReadOnly, isServer: gateway === undefined && !isReadOnly }
    if (client.isServer) this.#servers.push(host.endpoint)
    this.all.push(client)
    return client
  }

  #habits(): { readonly core: CoreOptions; readonly isReadOnly: boolean } {
    const { old, wrongIds, readOnly } = this.#shares
    if (this.#chance.happens(old)) {
      return { core: { network: OLD, bucketWidths: [] }, isReadOnly: false }
    }
    const isWrong = this.#chance.happens(wrongIds)
    const isReadOnly = this.#chance.happens(readOnly)
    const network = isWrong ? WITHOUT_SECURE_IDS : mainline
    return { core: { network, readOnly: isReadOnly }, isReadOnly }
  }

  #gateway(): HostOptions['gateway'] {
    const { translated } = this.#shares
    return this.#chance.happens(translated) ? { kind: this.#chance.pick(GATEWAYS) } : undefined
  }
}
