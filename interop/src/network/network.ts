// A network of hosts that are joined by a bridge. Bridge and hosts are namespaces; none of them has
// a device of the machine or a route out.

import { ROUTES } from './addresses.ts'
import { Namespace } from './namespace.ts'

/** A namespace with one device and its addresses. */
export interface Host {
  readonly addresses: readonly string[]
  readonly namespace: Namespace
}

export class Network {
  readonly #bridge: Namespace
  readonly #hosts: Host[] = []

  private constructor(bridge: Namespace) {
    this.#bridge = bridge
  }

  static async create(): Promise<Network> {
    const bridge = await Namespace.create()
    // Without a multicast router on it, snooping would drop IPv6 neighbour discovery.
    await bridge.configure(['link add br0 type bridge mcast_snooping 0', 'link set br0 up'])
    return new Network(bridge)
  }

  /** @param addresses - such as `45.0.0.7`, or `10.77.0.1/24` for one in a subnet with others */
  async host(addresses: readonly string[]): Promise<Host> {
    const namespace = await Namespace.create()
    const host = { addresses, namespace }
    const port = `host${this.#hosts.push(host)}`
    await namespace.configure([
      `link add eth0 type veth peer name ${port} netns ${this.#bridge.pid}`,
      'link set lo up',
      'link set eth0 up',
      ...addresses.map(addressCommand),
      ...ROUTES.map((route) => `route add ${route} dev eth0`),
    ])
    await this.#bridge.configure([`link set ${port} master br0 up`])
    return host
  }

  async close(): Promise<void> {
    await Promise.all(this.#hosts.map(({ namespace }) => namespace.close()))
    await this.#bridge.close()
  }
}

/** @param address - with the length of its subnet's prefix, or else the only one of its subnet */
function addressCommand(address: string): string {
  if (address.includes('/')) return `addr add ${address} brd + dev eth0`
  // Duplicate address detection would keep an address unusable for a second.
  return address.includes(':')
    ? `addr add ${address}/128 dev eth0 nodad`
    : `addr add ${address}/32 dev eth0`
}
