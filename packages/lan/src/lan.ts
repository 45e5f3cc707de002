// A source of nodes for @dht/node: the local network.

import { randomBytes } from 'node:crypto'
import type { DiscoveryHost, DiscoverySource } from '@dht/node'
import { type LanInterface, lanInterfaces } from './lan-interface.ts'
import { LanLink } from './lan-link.ts'
import { type OpenMulticast, openMulticast } from './multicast.ts'
import { ToldEndpoints } from './told-endpoints.ts'

/** Time between two questions for other nodes, and two looks at the interfaces, ms: ours. */
export const LOOK_EVERY_MS = 60_000
/** Names are random, so that they say nothing about the node; bytes. */
const NAME_BYTES = 8

/** What a source needs of the machine. */
export interface LanMachine {
  readonly interfaces: () => readonly LanInterface[]
  readonly open: OpenMulticast
}

/**
 * Finds nodes of the same network on the local network, and lets them find this one, by DNS-SD
 * (`_dht-node._udp`) over multicast DNS. IPv4 only. Everybody on the local network can see that
 * there is a node, and its port. For the option `discovery` of `createNode`, one call a node.
 *
 * It finds at most 8 endpoints of one address in ten minutes, only on the subnets of this machine,
 * and never throws for what others send.
 */
export function lan(): DiscoverySource {
  return new Lan({ interfaces: lanInterfaces, open: openMulticast })
}

export class Lan implements DiscoverySource {
  readonly name = 'lan'
  readonly #machine: LanMachine
  readonly #told = new ToldEndpoints()
  readonly #links = new Map<string, LanLink>()
  readonly #instance = `dht-${randomBytes(NAME_BYTES).toString('hex')}`
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(machine: LanMachine) {
    this.#machine = machine
  }

  start(host: DiscoveryHost): void {
    const local = host.endpoints.find(({ family }) => family === 4)
    if (local === undefined) throw new Error('it needs a node with IPv4')
    if (local.address.startsWith('127.')) throw new Error('the node is bound to this machine only')
    const isUsed = ({ address }: LanInterface): boolean =>
      local.address === '0.0.0.0' || local.address === address
    this.#look(host, local.port, isUsed)
    this.#timer = setInterval(() => this.#look(host, local.port, isUsed), LOOK_EVERY_MS)
    this.#timer.unref()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    await Promise.all(Array.from(this.#links.values(), (link) => link.close()))
  }

  /** Asks on the interfaces that are still there, and begins to use those that are new. */
  #look(host: DiscoveryHost, port: number, isUsed: (each: LanInterface) => boolean): void {
    const listed = this.#listed(host)
    if (listed === undefined) return
    const interfaces = new Map(listed.map((each) => [each.address, each]))
    for (const [address, link] of this.#links) {
      if (interfaces.has(address)) link.look()
      else this.#drop(address)
    }
    for (const [address, lanInterface] of interfaces) {
      if (isUsed(lanInterface) && !this.#links.has(address)) this.#use(host, port, lanInterface)
    }
    if (this.#links.size === 0) host.warn('no IPv4 network is there to look for nodes on')
  }

  /** @returns undefined when the machine can't say, for example without a free file descriptor */
  #listed(host: DiscoveryHost): readonly LanInterface[] | undefined {
    try {
      return this.#machine.interfaces()
    } catch (cause) {
      host.warn("the networks of this machine can't be listed", cause)
      return undefined
    }
  }

  #use(host: DiscoveryHost, port: number, lanInterface: LanInterface): void {
    const { address } = lanInterface
    const link = new LanLink({
      lanInterface,
      node: { instance: this.#instance, network: host.network, port },
      open: this.#machine.open,
      found: (from, at) => {
        if (this.#isClosed || !this.#told.take(from, at, performance.now())) return
        host.found({ address: from, port: at })
      },
      failed: (cause) => {
        host.warn(`multicast DNS can't be used on ${address}`, cause)
        this.#drop(address)
      },
    })
    this.#links.set(address, link)
  }

  #drop(address: string): void {
    const link = this.#links.get(address)
    this.#links.delete(address)
    void link?.close()
  }
}
