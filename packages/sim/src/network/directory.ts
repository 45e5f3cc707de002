// Who has which address: machines by public endpoint, and gateways by public address with the
// machines behind them.

import { type Endpoint, formatEndpoint } from '@dht/krpc'
import { argumentError } from '../errors.ts'
import type { Gateway } from './gateway.ts'
import type { NetworkHost } from './network-host.ts'

/** One machine, several by port, or a translation with its inside. */
type Holder = NetworkHost | Map<number, NetworkHost> | Inside

/** A translation and the machines behind it by inner endpoint. */
interface Inside {
  readonly gateway: Gateway
  readonly machines: Map<string, NetworkHost>
}

export class Directory {
  readonly #holders = new Map<string, Holder>()
  readonly #insides = new Map<Gateway, Inside>()

  /** @throws {SimError} when somebody has one of its endpoints already */
  add(machine: NetworkHost): void {
    for (const family of [4, 6] as const) {
      const local = machine.local(family)
      if (local === undefined) continue
      const { gateway } = machine
      if (gateway?.address === undefined || family === 6) this.#addPublic(machine, local)
      else this.#addInside(machine, gateway, local)
    }
  }

  /** Whom a datagram to `to` reaches, as far as addresses say. */
  find(to: Endpoint, now: number): NetworkHost | undefined {
    const holder = this.#holders.get(to.address)
    if (holder === undefined) return undefined
    if (holder instanceof Map) return holder.get(to.port)
    if ('machines' in holder) {
      const inner = holder.gateway.innerOf(to, now)
      return inner === undefined ? undefined : holder.machines.get(formatEndpoint(inner))
    }
    return holder.local(to.family)?.port === to.port ? holder : undefined
  }

  /** The machine at an inner endpoint behind the same translation. */
  findInside(gateway: Gateway, inner: Endpoint): NetworkHost | undefined {
    return this.#insides.get(gateway)?.machines.get(formatEndpoint(inner))
  }

  #addPublic(machine: NetworkHost, local: Endpoint): void {
    const holder = this.#holders.get(local.address)
    if (holder === undefined) {
      this.#holders.set(local.address, machine)
      return
    }
    const ports = this.#portsOf(holder, local)
    if (ports?.has(local.port) !== false) {
      throw argumentError('endpoint', 'one that nobody has', formatEndpoint(local))
    }
    ports.set(local.port, machine)
    this.#holders.set(local.address, ports)
  }

  #portsOf(holder: Holder, { family }: Endpoint): Map<number, NetworkHost> | undefined {
    if (holder instanceof Map) return holder
    if ('machines' in holder) return undefined
    return new Map([[holder.local(family)?.port ?? 0, holder]])
  }

  #addInside(machine: NetworkHost, gateway: Gateway, local: Endpoint): void {
    const key = formatEndpoint(local)
    let inside = this.#insides.get(gateway)
    if (inside === undefined) {
      inside = { gateway, machines: new Map() }
      this.#insides.set(gateway, inside)
      const address = gateway.address as string
      if (this.#holders.has(address)) throw argumentError('address', 'one that nobody has', address)
      this.#holders.set(address, inside)
    }
    if (inside.machines.has(key)) throw argumentError('endpoint', 'one that nobody has', key)
    inside.machines.set(key, machine)
  }
}
