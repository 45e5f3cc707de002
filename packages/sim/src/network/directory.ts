// Which host has which address: hosts by public endpoint, and gateways by public address with the
// hosts behind them.

import { type Endpoint, formatEndpoint } from '@dht/krpc'
import { argumentError } from '../errors.ts'
import type { Gateway } from './gateway.ts'
import type { NetworkHost } from './network-host.ts'

/** What an address belongs to: one host, several hosts by port, or a gateway. */
type Holder = NetworkHost | Map<number, NetworkHost> | Inside

/** An address translation and the hosts behind it, by inner endpoint. */
interface Inside {
  readonly gateway: Gateway
  readonly hosts: Map<string, NetworkHost>
}

export class Directory {
  readonly #holders = new Map<string, Holder>()
  readonly #insides = new Map<Gateway, Inside>()

  /** @throws {SimError} `ERR_DHT_SIM_ARGUMENT` if another host has one of its endpoints */
  add(host: NetworkHost): void {
    for (const family of [4, 6] as const) {
      const local = host.local(family)
      if (local === undefined) continue
      const { gateway } = host
      if (gateway?.address === undefined || family === 6) this.#addPublic(host, local)
      else this.#addInside(host, gateway, local)
    }
  }

  /** The host that a packet to `to` would reach, firewalls aside. */
  find(to: Endpoint, now: number): NetworkHost | undefined {
    const holder = this.#holders.get(to.address)
    if (holder === undefined) return undefined
    if (holder instanceof Map) return holder.get(to.port)
    if ('hosts' in holder) {
      const inner = holder.gateway.innerOf(to, now)
      return inner === undefined ? undefined : holder.hosts.get(formatEndpoint(inner))
    }
    return holder.local(to.family)?.port === to.port ? holder : undefined
  }

  /** The host at an inner endpoint behind a given gateway. */
  findInside(gateway: Gateway, inner: Endpoint): NetworkHost | undefined {
    return this.#insides.get(gateway)?.hosts.get(formatEndpoint(inner))
  }

  #addPublic(host: NetworkHost, local: Endpoint): void {
    const holder = this.#holders.get(local.address)
    if (holder === undefined) {
      this.#holders.set(local.address, host)
      return
    }
    const ports = this.#portsOf(holder, local)
    if (ports?.has(local.port) !== false) {
      throw argumentError('endpoint', 'one that no other host has', formatEndpoint(local))
    }
    ports.set(local.port, host)
    this.#holders.set(local.address, ports)
  }

  #portsOf(holder: Holder, { family }: Endpoint): Map<number, NetworkHost> | undefined {
    if (holder instanceof Map) return holder
    if ('hosts' in holder) return undefined
    return new Map([[holder.local(family)?.port ?? 0, holder]])
  }

  #addInside(host: NetworkHost, gateway: Gateway, local: Endpoint): void {
    const key = formatEndpoint(local)
    let inside = this.#insides.get(gateway)
    if (inside === undefined) {
      inside = { gateway, hosts: new Map() }
      this.#insides.set(gateway, inside)
      const address = gateway.address as string
      if (this.#holders.has(address))
        throw argumentError('address', 'one that no other host has', address)
      this.#holders.set(address, inside)
    }
    if (inside.hosts.has(key)) throw argumentError('endpoint', 'one that no other host has', key)
    inside.hosts.set(key, host)
  }
}
