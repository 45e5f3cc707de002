// The invariant that the results of lookups are true: an endpoint that is found was published by
// the host that has it, and not too long ago (SIM-S2, S11, T1). It is checked only if all nodes
// that returned endpoints are honest, and always were, and no packet is corrupted. A node can't
// detect a lie about another host.

import { type Id, idKey } from '@dht/id'
import { type Endpoint, formatEndpoint } from '@dht/krpc'
import { CORE_DEFAULTS, type LookupResult } from '@dht/node/core'
import type { Host } from '../host/host.ts'
import type { World } from '../world.ts'
import type { WorldEvent } from '../world-event.ts'
import type { CoreStep } from './core-step.ts'
import type { Invariant } from './invariant.ts'

/**
 * A lookup and a write with their packets, ms; and how wrong a clock may be, as a share of the
 * lifetime.
 */
const UNDER_WAY_MS = 240_000
const CLOCKS = 0.11

/** One host's announcement of one identity. */
interface Published {
  readonly host: number
  readonly name: string
  /** Instant at which it ended; undefined: it has not. */
  endedAt: number | undefined
}

export class Soundness implements Invariant {
  readonly name = 'soundness'
  readonly #published = new Map<string, Published[]>()
  readonly #open = new Map<string, { readonly target: Id; readonly at: number }>()
  /** Numbers of the hosts at an address. */
  readonly #addresses = new Map<string, Set<number>>()
  /** Addresses at which something other than a core has run. What it wrote may still be stored. */
  readonly #distrusted = new Set<string>()
  #isDamaged = false

  afterStep(step: CoreStep): readonly string[] {
    const { event, host, world } = step
    this.#isDamaged ||= world.network.config.corruption > 0
    for (const address of addressesOf(host)) this.#addHostAt(address, host.number)
    if (event.kind === 'requested') this.#record(step)
    return event.effects.flatMap((effect) => {
      if (effect.kind !== 'settle' || effect.outcome.kind !== 'found') return []
      return this.#falseEndpoints(step, effect.operationId, effect.outcome.result)
    })
  }

  afterEvent(world: World, event: WorldEvent): readonly string[] {
    if (event.kind !== 'host-changed') return []
    const { host, change } = event
    if (change === 'started') this.#distrust(world.hosts[host] as Host)
    if (change !== 'crashed' && change !== 'closed') return []
    for (const all of this.#published.values()) {
      for (const each of all) if (each.host === host) each.endedAt ??= world.now
    }
    return []
  }

  #distrust(host: Host): void {
    if (host.core !== undefined) return
    for (const address of addressesOf(host)) this.#distrusted.add(address)
  }

  #record({ event, host, world }: CoreStep): void {
    if (event.kind !== 'requested') return
    const { command } = event
    if (command.kind === 'lookup') {
      const { target, operationId } = command
      this.#open.set(`${host.number} ${operationId}`, { target, at: world.now })
    } else if (command.kind === 'enter' || command.kind === 'delete') {
      const all = this.#published.get(idKey(command.target)) ?? []
      for (const each of all) if (each.host === host.number) each.endedAt ??= world.now
      if (command.kind === 'enter') {
        all.push({ host: host.number, name: String(command.port), endedAt: undefined })
      }
      this.#published.set(idKey(command.target), all)
    }
  }

  #falseEndpoints({ host, world }: CoreStep, operationId: number, result: LookupResult): string[] {
    const key = `${host.number} ${operationId}`
    const open = this.#open.get(key)
    this.#open.delete(key)
    if (open === undefined || this.#isDamaged) return []
    const isHonest = result.holders.every(({ endpoint }) => {
      return this.#honestAt(endpoint.address) !== undefined
    })
    if (!isHonest) return []
    return result.endpoints
      .filter((endpoint) => !this.#isPublished(endpoint, open, world))
      .map((endpoint) => `SIM-S2: ${formatEndpoint(endpoint)} is not published there`)
  }

  /** Whether an honest host at that address published that. True if the host is not honest. */
  #isPublished(
    { address, port }: Endpoint,
    { target, at }: { readonly target: Id; readonly at: number },
    { core }: World,
  ): boolean {
    const hosts = this.#honestAt(address)
    if (hosts === undefined) return true
    const { peerLifetimeMs = CORE_DEFAULTS.peerLifetimeMs } = core
    const oldest = at - peerLifetimeMs * (1 + CLOCKS) - UNDER_WAY_MS
    return (this.#published.get(idKey(target)) ?? []).some(({ host, name, endedAt }) => {
      return hosts.has(host) && name === String(port) && (endedAt ?? at) >= oldest
    })
  }

  /** The hosts at an address; undefined if something other than a core has run there. */
  #honestAt(address: string): ReadonlySet<number> | undefined {
    return this.#distrusted.has(address) ? undefined : this.#addresses.get(address)
  }

  #addHostAt(address: string, host: number): void {
    const hosts = this.#addresses.get(address) ?? new Set()
    hosts.add(host)
    this.#addresses.set(address, hosts)
  }
}

function addressesOf(host: Host): string[] {
  const all = [host.local(4)?.address, host.local(6)?.address, host.gateway?.address]
  return all.filter((address) => address !== undefined)
}
