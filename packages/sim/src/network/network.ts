// The network between the hosts. It takes a packet from one host, decides whether, when and how it
// arrives, and delivers it. It does not know what packets contain.

import type { Endpoint } from '@dht/krpc'
import { ScheduledEvent, type Timeline } from '../timeline.ts'
import type { Watch } from '../watch.ts'
import type { LossReason, Packet } from '../world-event.ts'
import { Directory } from './directory.ts'
import type { Gateway } from './gateway.ts'
import { LazyPacket, type PacketContent, sizeOf } from './lazy-packet.ts'
import type { NetworkHost } from './network-host.ts'
import {
  faultsText,
  type LinkConfig,
  type LinkOptions,
  resolveLinkOptions,
} from './network-options.ts'
import { Partition } from './partition.ts'
import { corrupted, isCorrupted, latencyOf, type Transmission } from './transmission.ts'
import { DUPLICATION, LATENCY, LOSS, SECOND_LATENCY, type WireChance } from './wire-chance.ts'

/** A packet that arrives in place of another. */
export interface Substitute {
  readonly bytes: Uint8Array
  /** Additional delay, ms. Default 0. */
  readonly afterMs?: number
}

/**
 * Called with every packet that is sent.
 *
 * @returns undefined to let the packet pass; else what arrives instead, which may be nothing
 */
export type Interceptor = (packet: Packet) => readonly Substitute[] | undefined

/** Totals since the beginning of the world. */
export interface Traffic {
  /** Packets that were sent, and their bytes. */
  sent: number
  bytesSent: number
  /** Packets that were delivered to a process. */
  delivered: number
  /** Packets that were not delivered, by reason. */
  readonly dropped: Record<LossReason, number>
}

export class Network {
  readonly traffic: Traffic = {
    sent: 0,
    bytesSent: 0,
    delivered: 0,
    dropped: {
      lost: 0,
      partition: 0,
      mtu: 0,
      congestion: 0,
      intercepted: 0,
      'no-host': 0,
      'host-down': 0,
      filtered: 0,
    },
  }
  readonly #timeline: Timeline
  readonly #watch: Watch
  readonly #directory = new Directory()
  readonly #partitions = new Set<Partition>()
  readonly #interceptors = new Set<Interceptor>()
  readonly #links = new Map<number, LinkConfig>()
  #config: LinkConfig

  constructor(timeline: Timeline, watch: Watch, options: LinkOptions = {}) {
    this.#timeline = timeline
    this.#watch = watch
    this.#config = resolveLinkOptions(options)
  }

  /** The options of every link that has none of its own. */
  get config(): LinkConfig {
    return this.#config
  }

  /** Changes options of the network from now on. Options that are not named stay. */
  set(options: LinkOptions): void {
    this.#config = resolveLinkOptions(options, this.#config)
    if (!this.#watch.isWatched) return
    const faults = faultsText(this.#config)
    this.#watch.notify({ kind: 'network-changed', at: this.#timeline.now, faults })
  }

  /**
   * Changes options of one link in one direction. The others are copied from the network's present
   * options.
   */
  setLink(from: NetworkHost, to: NetworkHost, options: LinkOptions): void {
    this.#links.set(linkKey(from, to), resolveLinkOptions(options, this.#config))
  }

  /** Partitions the network from now on. @returns a function that ends the partition */
  partition(sides: readonly (readonly NetworkHost[])[]): () => void {
    const cut = new Partition(sides.map((side) => side.map((host) => host.number)))
    this.#partitions.add(cut)
    return () => void this.#partitions.delete(cut)
  }

  /** @returns a function that ends the interception */
  intercept(interceptor: Interceptor): () => void {
    this.#interceptors.add(interceptor)
    return () => void this.#interceptors.delete(interceptor)
  }

  /** @throws {SimError} `ERR_DHT_SIM_ARGUMENT` if another host has one of its endpoints */
  connect(host: NetworkHost): void {
    this.#directory.add(host)
  }

  /** The host that a packet to `to` would reach now, firewalls aside. */
  find(to: Endpoint): NetworkHost | undefined {
    return this.#directory.find(to, this.#timeline.now)
  }

  /** Sends a packet from the host's endpoint of that family. @param chance - the sender's stream */
  send(
    { content, to }: { readonly content: PacketContent; readonly to: Endpoint },
    sender: NetworkHost,
    chance: WireChance,
  ): void {
    this.traffic.sent++
    this.traffic.bytesSent += sizeOf(content)
    chance.advance()
    const local = sender.local(to.family)
    if (local === undefined) return
    const { gateway } = sender
    const neighbour = translates(gateway, to) ? this.#directory.findInside(gateway, to) : undefined
    const isDirect = neighbour !== undefined || gateway === undefined
    const from = isDirect ? local : this.#translate(gateway, local, to)
    const packet = new LazyPacket(content, { from: from ?? local, to, sender: sender.number })
    const transmission: Transmission = {
      packet,
      sender,
      receiver: neighbour ?? this.find(to),
      chance,
    }
    if (from === undefined) this.#drop(packet, 'filtered')
    else this.#dispatch(transmission)
  }

  /**
   * Makes a packet arrive as if `from` had sent it. No fault of the network applies to it. The
   * gateway of the receiver still decides whether to admit it.
   */
  inject(datagram: {
    readonly bytes: Uint8Array
    readonly from: Endpoint
    readonly to: Endpoint
    readonly afterMs?: number
  }): void {
    const { bytes, from, to, afterMs = 0 } = datagram
    const packet = new LazyPacket(bytes, { from, to, sender: undefined })
    this.#arriveAt(this.#timeline.now + Math.max(0, Math.floor(afterMs)), packet, this.find(to))
  }

  #translate(gateway: Gateway, local: Endpoint, to: Endpoint): Endpoint | undefined {
    // IPv6 is not translated, only filtered.
    if (gateway.address !== undefined && local.family === 6) return local
    return gateway.outgoing(local, to, this.#timeline.now)
  }

  #dispatch(transmission: Transmission): void {
    const { packet, sender, receiver, chance } = transmission
    const link = this.#linkOf(sender, receiver)
    const now = this.#timeline.now
    const leftAt = sender.up === undefined ? now : sender.up.through(packet.size, now)
    const loss = leftAt === undefined ? 'congestion' : this.#lossOf(transmission, link)
    if (loss !== undefined) this.#drop(packet, loss)
    else if (!this.#intercepts(transmission, link, leftAt ?? now)) {
      const arriving = isCorrupted(link, chance) ? corrupted(packet, chance) : packet
      this.#arriveAt((leftAt ?? now) + latencyOf(transmission, link, LATENCY), arriving, receiver)
      if (link.duplication > 0 && chance.unit(DUPLICATION) < link.duplication) {
        const at = (leftAt ?? now) + latencyOf(transmission, link, SECOND_LATENCY)
        this.#arriveAt(at, arriving, receiver)
      }
    }
  }

  /** Why a packet is lost when it is sent; undefined: it is not lost. */
  #lossOf(
    { packet, sender, receiver, chance }: Transmission,
    link: LinkConfig,
  ): LossReason | undefined {
    if (receiver === undefined) return 'no-host'
    if (packet.size > link.mtu) return 'mtu'
    if (this.#isCut(sender.number, receiver)) return 'partition'
    return link.loss > 0 && chance.unit(LOSS) < link.loss ? 'lost' : undefined
  }

  /** Lets interceptors replace a packet. The first that returns something decides. */
  #intercepts(transmission: Transmission, link: LinkConfig, leftAt: number): boolean {
    for (const interceptor of this.#interceptors) {
      const substitutes = interceptor(transmission.packet)
      if (substitutes === undefined) continue
      const at = leftAt + latencyOf(transmission, link, LATENCY)
      for (const { bytes, afterMs = 0 } of substitutes) {
        const other = new LazyPacket(bytes, transmission.packet)
        this.#arriveAt(at + Math.floor(afterMs), other, transmission.receiver)
      }
      if (substitutes.length === 0) this.#drop(transmission.packet, 'intercepted')
      return true
    }
    return false
  }

  #linkOf(sender: NetworkHost, receiver: NetworkHost | undefined): LinkConfig {
    if (this.#links.size === 0 || receiver === undefined) return this.#config
    return this.#links.get(linkKey(sender, receiver)) ?? this.#config
  }

  #arriveAt(at: number, packet: LazyPacket, receiver: NetworkHost | undefined): void {
    if (receiver === undefined) this.#drop(packet, 'no-host')
    else this.#timeline.push(new Arrival({ packet, receiver, network: this }, at))
  }

  /** @internal Called at the instant at which a packet arrives. */
  deliver(packet: LazyPacket, receiver: NetworkHost): void {
    const { gateway, down } = receiver
    if (packet.sender !== undefined && this.#isCut(packet.sender, receiver)) {
      this.#drop(packet, 'partition')
    } else if (gateway !== undefined && !this.#getsIn(packet, receiver, gateway)) {
      this.#drop(packet, 'filtered')
    } else if (down === undefined) this.#receive(packet, receiver)
    else {
      const throughAt = down.through(packet.size, this.#timeline.now)
      if (throughAt === undefined) this.#drop(packet, 'congestion')
      else this.#timeline.at(throughAt, () => this.#receive(packet, receiver))
    }
  }

  #getsIn({ from, to }: Packet, receiver: NetworkHost, gateway: Gateway): boolean {
    const { address } = gateway
    const now = this.#timeline.now
    if (address === undefined) return gateway.admits(receiver.local(to.family) ?? to, from, now)
    // IPv6 is not translated, and hosts behind one translation reach one another directly.
    if (to.family === 6 || to.address !== address) return true
    return (from.address !== address || gateway.hairpin) && gateway.admits(to, from, now)
  }

  #receive(packet: LazyPacket, receiver: NetworkHost): void {
    if (receiver.isAwake) {
      this.traffic.delivered++
      receiver.receive(packet)
    } else this.#drop(packet, 'host-down')
  }

  #isCut(sender: number, receiver: NetworkHost | undefined): boolean {
    if (this.#partitions.size === 0 || receiver === undefined) return false
    for (const partition of this.#partitions) {
      if (partition.separates(sender, receiver.number)) return true
    }
    return false
  }

  #drop(packet: Packet, reason: LossReason): void {
    this.traffic.dropped[reason]++
    if (!this.#watch.isWatched) return
    this.#watch.notify({ kind: 'dropped', at: this.#timeline.now, packet, reason })
  }
}

interface ArrivalInit {
  readonly packet: LazyPacket
  readonly receiver: NetworkHost
  readonly network: Network
}

/** The arrival of a packet at a host. */
class Arrival extends ScheduledEvent {
  readonly #packet: LazyPacket
  readonly #receiver: NetworkHost
  readonly #network: Network

  constructor(end: ArrivalInit, at: number) {
    super(at)
    this.#packet = end.packet
    this.#receiver = end.receiver
    this.#network = end.network
  }

  override run(): boolean {
    this.#network.deliver(this.#packet, this.#receiver)
    return true
  }
}

/** Whether a packet to `to` may stay behind the sender's own translation. */
function translates(gateway: Gateway | undefined, to: Endpoint): gateway is Gateway {
  return gateway?.address !== undefined && to.family === 4
}

function linkKey(from: NetworkHost, to: NetworkHost): number {
  return from.number * 2 ** 26 + to.number
}
